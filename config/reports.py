"""Django's reports of errors, on its pages and in its mail, without what is secret."""

import re
from collections.abc import ItemsView
from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.template.defaultfilters import pprint
from django.utils.safestring import SafeString, mark_safe
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from config.redaction import MASK, SECRET_NAME, is_secret_name, masked, without_known


class Filter(SafeExceptionReporterFilter):
    """Hides by name, also the variables of every frame, and while DEBUG is on; Django's own knows no AK, SK, X-Sdk."""

    cleansed_substitute = MASK
    hidden_settings = re.compile(
        f"{SafeExceptionReporterFilter.hidden_settings.pattern}|{SECRET_NAME.pattern}", re.IGNORECASE
    )

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: FrameType) -> ItemsView[str, Any]:
        found = super().get_traceback_frame_variables(request, tb_frame)
        return {name: Shown(MASK if is_secret_name(name) else self._text(value)) for name, value in found}.items()

    def _text(self, value: object) -> str:
        return masked(pprint(self.cleanse_setting("", value)))

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        sent = super().get_post_parameters(request)
        return {name: self.cleanse_setting(name, value) for name, value in sent.items()}


class Shown:
    """A value of which a text is left."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


class Reporter(ExceptionReporter):
    """The report, through the net as a whole."""

    def get_traceback_html(self) -> SafeString:
        return mark_safe(without_known(super().get_traceback_html()))

    def get_traceback_text(self) -> SafeString:
        return mark_safe(without_known(super().get_traceback_text()))
