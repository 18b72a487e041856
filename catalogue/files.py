"""Catalogues on disk: ``django.po`` is written by people; ``django.mo`` and ``front.json`` are made of it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from catalogue.found import Text

LOCALE: Final = Path(__file__).parent.parent / "editor" / "locale"
#: Which files the script of a page is made of: of the canvas, and of the pages that the server draws.
_FRONT: Final = {"canvas": ("static/src/",), "pages": ("static/src/pages.ts", "static/src/api/")}
_WIDTH: Final = 120


def catalogues() -> list[Path]:
    """The catalogue of each language."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def read(path: Path) -> Catalog:
    """A catalogue. Raises babel's PoFileError for what is none."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], abort_invalid=True)


def compile_all() -> None:
    """Beside each catalogue write what Python reads (all of it), and what scripts are handed (their own parts)."""
    for path in catalogues():
        catalogue = read(path)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)
        front = {part: said_in(catalogue, where) for part, where in _FRONT.items()}
        path.with_name("front.json").write_text(json.dumps(front, ensure_ascii=False))


def said_in(catalogue: Catalog, where: tuple[str, ...]) -> dict[str, str]:
    """Translations by message, of what the files below ``where`` say."""
    return {
        str(entry.id): str(entry.string)
        for entry in catalogue
        if entry.id and any(file.startswith(where) for file, _ in entry.locations)
    }


def update_all(messages: "Mapping[Text, set[str]]") -> dict[str, int]:
    """Bring each catalogue to ``messages``; translations of messages that are still said are kept. How many are empty
    now, by path."""
    return {str(path): _update(path, messages) for path in catalogues()}


def _update(path: Path, messages: "Mapping[Text, set[str]]") -> int:
    before = read(path)
    after = Catalog(locale=before.locale, header_comment=before.header_comment, fuzzy=False)
    after.mime_headers = before.mime_headers
    for text, where in messages.items():
        old = before.get(text.message)
        entry = (text.message, text.plural) if text.plural else text.message
        # Without a line number: a catalogue that changes with every line that moves shows nothing.
        after.add(entry, old.string if old else None, [(file, 0) for file in sorted(where)])
    with path.open("wb") as output:
        write_po(output, after, width=_WIDTH, sort_output=True, include_lineno=False, omit_header=False)
    return sum(1 for entry in after if entry.id and not _is_translated(entry.string))


def _is_translated(string: object) -> bool:
    return bool(string) and (not isinstance(string, tuple) or all(string))
