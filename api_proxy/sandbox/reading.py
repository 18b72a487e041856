"""Strict JSON, and the request as the cloud sees it."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from .answers import dump


@dataclass(frozen=True)
class Request:
    """A request off the wire: method, path and query as sent, header fields by lower-case name, body in bytes."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def is_json(self) -> bool:
        return self.headers.get("content-type", "").split(";")[0].strip().lower() == "application/json"


def parse_json(body: bytes) -> Any:
    """The JSON value of a body; ValueError says what is wrong with it.

    Refused besides bad syntax: a member twice in one object, NaN and infinities, lone surrogates, nesting too deep.
    """
    try:
        value = json.loads(
            body.decode(), object_pairs_hook=_members_once, parse_constant=_no_constant, parse_float=_finite
        )
        dump(value)
    except UnicodeDecodeError:
        raise ValueError("the body is not UTF-8") from None
    except UnicodeEncodeError:
        raise ValueError("the body has half of a surrogate pair") from None
    except RecursionError:
        raise ValueError("the body is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"the body is not JSON: {error}") from None
    return value


def _members_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("the body has a member twice in one object")
    return members


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"the body is not JSON: {name}")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"the number {digits[:20]} is too large")
    return number
