"""Pages of a list: ``?limit=`` and ``?offset=``, the same everywhere."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from editor.api.problems import Problem
from editor.flow.say import say

Row = TypeVar("Row", bound=Model)
MOST = 200


def listed(request: Request, rows: QuerySet[Row], as_json: Callable[[Row], dict[str, Any]]) -> Response:
    """``{"count", "results"}``: the rows from ``offset``, at most ``limit`` (50 where not given, 200 at most)."""
    limit = number(request, "limit", 50, MOST)
    offset = number(request, "offset", 0, 1_000_000)
    return Response({"count": rows.count(), "results": [as_json(row) for row in rows[offset : offset + limit]]})


def number(request: Request, name: str, default: int, most: int) -> int:
    """The whole number that the query gives as ``name``. Raises Problem 400 where it is none, or out of 0..``most``."""
    text = request.query_params.get(name, "")
    if not text:
        return default
    if text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= most:
        return int(text)
    text = say("{name} must be a whole number from 0 to {most}.", name=name, most=most)
    raise Problem(400, "Request not understood", text)


def words(request: Request, name: str) -> str:
    """The text that the query gives as ``name``; what no stored text can hold finds nothing, so it is refused."""
    text = request.query_params.get(name, "")
    if "\x00" in text or len(text) > 200:
        detail = say("{name} must be a text of at most {most} characters.", name=name, most=200)
        raise Problem(400, "Request not understood", detail)
    return text
