"""What the ``groupflow`` command says about files with rules: findings, as text, JSON or SARIF."""

import json
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from editor.flow import Finding, Unreadable, check, is_valid, read
from editor.flow.finding import CODES

Results = list[tuple[str, list[Finding]]]


def findings_of(content: bytes) -> list[Finding]:
    """Everything that is wrong with the rule in ``content``, also where it cannot be read at all."""
    try:
        return check(read(content))
    except Unreadable as error:
        return error.findings


def all_valid(results: Results) -> bool:
    """Whether no file has an error."""
    return all(is_valid(findings) for _, findings in results)


def as_text(results: Results) -> str:
    """One line a finding, its mend below, and a closing line a file."""
    lines = []
    for name, findings in results:
        for found in findings:
            lines.append(f"{name}{'#' + found.pointer if found.pointer else ''}: {found.severity} {found.code}")
            lines.append(f"    {found.message} {found.hint}")
        errors = sum(found.severity == "error" for found in findings)
        lines.append(f"{name}: {_count(errors, 'error')}, {_count(len(findings) - errors, 'warning')}")
    return "\n".join(lines) + "\n"


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"


def as_json(results: Results) -> str:
    """The results as one JSON object."""
    body = [
        {"file": name, "valid": is_valid(findings), "findings": [found.as_json() for found in findings]}
        for name, findings in results
    ]
    return json.dumps({"results": body}, ensure_ascii=False, indent=2) + "\n"


def as_sarif(results: Results) -> str:
    """The results as SARIF 2.1.0, for code-scanning pages."""
    used = sorted({found.code for _, findings in results for found in findings})
    rules = [{"id": code, "defaultConfiguration": {"level": _level(CODES[code].severity)}} for code in used]
    driver = {"name": "groupflow", "version": version("groupflow"), "rules": rules}
    found = [_sarif_result(name, finding) for name, findings in results for finding in findings]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": found}],
    }
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _sarif_result(name: str, found: Finding) -> dict[str, Any]:
    return {
        "ruleId": found.code,
        "level": _level(found.severity),
        "message": {"text": f"{found.message} {found.hint}"},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": quote(name)}},
                "logicalLocations": [{"fullyQualifiedName": found.pointer}],
            }
        ],
    }


def _level(severity: str) -> str:
    return "note" if severity == "info" else severity


FORMATS: Mapping[str, Callable[[Results], str]] = {"text": as_text, "json": as_json, "sarif": as_sarif}
