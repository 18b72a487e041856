"""Findings as SARIF 2.1.0, for code-scanning pages."""

import json
import os
import re
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from editor.flow import Finding
from editor.flow.finding import CODES
from editor.places import Place, json_places, nearest
from editor.reporting.findings import Checked


def as_sarif(results: Sequence[Checked]) -> str:
    """The results as a log of one run."""
    used = sorted({found.code for result in results for found in result.findings})
    driver = {"name": "groupflow", "version": version("groupflow"), "rules": [_rule(code) for code in used]}
    found = [row for result in results for row in _results(result, used)]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": found}],
    }
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _rule(code: str) -> dict[str, Any]:
    row = CODES[code]
    return {
        "id": code,
        "shortDescription": {"text": _in_general(row.message)},
        "help": {"text": _in_general(row.hint)},
        "defaultConfiguration": {"level": _level(row.severity)},
    }


def _in_general(template: str) -> str:
    """A sentence of the table without the details of a case."""
    return re.sub(r"\{\w+\}", "…", template).replace("{{", "{").replace("}}", "}")


def _results(result: Checked, used: Sequence[str]) -> list[dict[str, Any]]:
    place_of = _locator(result.content) if result.findings else None
    return [
        {
            "ruleId": found.code,
            "ruleIndex": used.index(found.code),
            "level": _level(found.severity),
            "message": {"text": f"{found.message} {found.hint}"},
            "locations": [_location(result.file, found, place_of(found) if place_of else Place(1, 1))],
        }
        for found in result.findings
    ]


def _location(file: str, found: Finding, place: Place) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(file)},
            "region": {"startLine": place.line, "startColumn": place.column},
        },
        "logicalLocations": [{"fullyQualifiedName": found.pointer}],
    }


def _locator(content: bytes) -> Callable[[Finding], Place]:
    places = json_places(content.decode(errors="replace"))

    def place_of(found: Finding) -> Place:
        if found.code == "json-syntax":
            return Place(int(str(found.params["line"])), int(str(found.params["column"])))
        return nearest(places, found.pointer)

    return place_of


def _uri(file: str) -> str:
    """Relative to where the command runs, as code-scanning pages want it; a file elsewhere by its whole address."""
    if not os.path.isabs(file):
        return quote(Path(file).as_posix())
    here = os.path.relpath(file)
    return Path(file).as_uri() if here.startswith("..") else quote(Path(here).as_posix())


def _level(severity: str) -> str:
    return "note" if severity == "info" else severity
