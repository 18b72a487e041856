"""Bodies come in by one strict reader, answers go out as JSON, whatever the Accept header dreams of."""

from collections.abc import Iterable, Mapping
from typing import IO, Any

from django.http import HttpRequest
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from editor.flow.limits import BODY_BYTES
from editor.flow.reading import parse


class StrictJSONParser(BaseParser):
    """application/json by ``editor.flow.reading.parse``; at most one byte more than the limit is read."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        return parse(stream.read(BODY_BYTES + 1))


class JSONOnly(BaseContentNegotiation):
    """The one parser where the body says it is JSON, the one renderer always."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        content_type = (request.content_type or "").split(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == content_type), None)

    def select_renderer(
        self,
        request: HttpRequest | Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type
