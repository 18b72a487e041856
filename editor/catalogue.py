"""What the front end says, in the language of the reader: the part of the catalogue that a page hands to its script."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.core.checks import CheckMessage, Warning
from django.utils.translation import get_language, to_locale

Part = Literal["canvas", "pages"]


def front_catalogue(part: Part) -> Mapping[str, str]:
    """Translations by English message, for the canvas or for the small script of the other pages; none in English."""
    return _front(get_language() or settings.LANGUAGE_CODE).get(part, {})


@cache
def _front(language: str) -> Mapping[Part, Mapping[str, str]]:
    path = _compiled(language)
    if language == settings.LANGUAGE_CODE or not path.exists():
        return {}
    parts: Mapping[Part, Mapping[str, str]] = json.loads(path.read_text())
    return parts


def _compiled(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / to_locale(language) / "LC_MESSAGES" / "front.json"


def check_compiled(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """Every language that is offered has been compiled; without that its readers would get English."""
    languages = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
    missing = [code for code in languages if not _compiled(code).exists()]
    hint = "Run: make setup"
    return [Warning(f"The language {code} is not compiled.", hint=hint, id="editor.W001") for code in missing]
