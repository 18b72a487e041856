"""A rule said in another form: ``convert`` is the one verb. A form's module is imported when it is asked for."""

import json
from dataclasses import replace
from typing import Any, Final

from editor.flow.convert.outcome import Converted, Difference, Inexpressible
from editor.flow.rule import Document, Rule
from editor.flow.say import say

__all__ = ["FORMATS", "Converted", "Difference", "Inexpressible", "conversion", "convert", "own_form"]

#: What a rule can be converted to.
FORMATS: Final = ("match_v3", "detail", "mermaid", "svg", "sql", "terraform")


def convert(rule: Rule, to: str, **options: Any) -> str:
    """``rule`` as text in the form ``to``, one of FORMATS.

    Options: ``dialect`` of sql ("duckdb", "postgres", "spark", "trino" or "clickhouse"); of svg those of ``svg.svg``,
    by default it carries its own colours. Raises Inexpressible with every reason why the form cannot say the rule,
    ValueError for a form or a dialect that there is not, and TypeError for an option that the form does not have.
    """
    return conversion(rule, to, **options).text


def conversion(rule: Rule, to: str, **options: Any) -> Converted:
    """What ``convert`` gives, and the differences that did not prevent it."""
    match to:
        case "match_v3" | "detail":
            return _document(rule, to, **options)
        case "mermaid":
            from editor.flow.convert.mermaid import mermaid

            return Converted(mermaid(rule, **options))
        case "svg":
            return _picture(rule, **options)
        case "sql":
            from editor.flow.convert.sql import sql

            return sql(rule, **options)
        case "terraform":
            from editor.flow.convert.terraform import terraform

            return terraform(rule, **options)
    raise ValueError(f"there is no form {to}; there are {', '.join(FORMATS)}")


def own_form(rule: Rule) -> str:
    """The form that the document of ``rule`` has already: "detail" or "match_v3"."""
    return "detail" if rule.flow is None and rule.entries is not None else "match_v3"


def _document(rule: Rule, to: str) -> Converted:
    """JSON text; a document that has the form already is given as it stands, errors and all."""
    if to == own_form(rule):
        return Converted(_text(rule.document))
    from editor.flow.convert.detail import to_detail, to_flow

    rewritten = to_flow(rule.document) if to == "match_v3" else to_detail(rule.document)
    return Converted(_text(rewritten.document), rewritten.notes)


def _text(document: Document) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _picture(rule: Rule, **options: Any) -> Converted:
    from editor.flow.convert.chain import flow_of, titles_of
    from editor.flow.convert.svg import svg

    titles = {**titles_of(rule), **(options.pop("titles", None) or {})}
    picture = svg(replace(rule, flow=flow_of(rule), entries=None), titles=titles, **{"standalone": True, **options})
    if picture is None:
        raise Inexpressible([Difference(say("The flow has no cards: there is nothing to draw."), "/match_v3/nodes")])
    return Converted(picture)
