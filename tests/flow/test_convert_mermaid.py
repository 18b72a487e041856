"""Flowcharts: every line keeps to a strict grammar, whatever a rule says."""

import html
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.flow import Unreadable, check, read, read_document
from editor.flow.convert import Inexpressible, convert
from tests.flow.convert_cases import MERGING, flow_json, flows, legacy_rules

DOCUMENTS = Path(__file__).parent.parent / "documents"
TEXT = r"(?:[^\W_]|(?<=[A-Za-z0-9])[_-](?=[A-Za-z0-9])|[ ,]|#[0-9]+;)*"
LABEL = rf'"{TEXT}(?:<br/>{TEXT})?"'
SHAPES = rf"(?:\(\[{LABEL}\]\)|\{{\{{{LABEL}\}}\}}|\[{LABEL}\]|>{LABEL}\])"
OPEN = r'n[0-9]+(?:true|false|x)\(\("open"\)\)'
CARD = re.compile(rf"    n[0-9]+{SHAPES}")
EDGE = re.compile(rf'    n[0-9]+ -->(?:\|"{TEXT}"\|)? (?:n[0-9]+|{OPEN})')
HOSTILE = (
    *('"]; click n0 "javascript:alert(1)"', "</div><script>alert(1)</script>", "&lt;b&gt;", "#quot;", "#34;", "`x`"),
    *("%%{init: {'theme': 'dark'}}%%", "a\nclick n0 call alert()", "a\r\nn9", "```\nb", "$$x^2$$", "fa:fa-car", "end"),
    *(
        "style n0 fill:#f00;",
        "classDef x fill:#f00;",
        "ﬂ°°60¶ß",
        "ﬂ°lt¶ß",
        "1. first",
        "- item",
        "__b__",
        "*i*",
        "@{x}",
    ),
    *(
        "www.example.com",
        "[l](javascript:x)",
        "![i](x)",
        "}}",
        "{{",
        "]]",
        "((",
        "-->",
        "|",
        "||",
        "\\n",
        "\u2028",
        "\u202e",
    ),
)


def lines_of(text: str) -> list[str]:
    """The lines behind the head, each of which keeps to the grammar."""
    head, *lines = text.removesuffix("\n").split("\n")
    assert head == "flowchart TD"
    strange = [line for line in lines if not CARD.fullmatch(line) and not EDGE.fullmatch(line)]
    assert not strange
    return lines


def read_label(label: str) -> str:
    """What a reader sees; the invisible joiners only keep signs from meaning something together."""
    return html.unescape(label.replace("#", "&#")).replace("\u2060", "")


def saying(text: str) -> Any:
    """A rule that says ``text`` wherever it may say what it likes, unsound as that is."""
    match = {"key": text, "operate": text, "value": [text]}
    document = flow_json([("and", [match])], [("start", "c0", ""), ("c0", "m0", "true"), ("c0", "end", "false")])
    nodes, edges = document["match_v3"]["nodes"], document["match_v3"]["edges"]
    config = {"group_by": [text], "ai_group_by": [text], "group_wait": text, "bind_notification_rule_ids": [text]}
    nodes[2]["value"]["combineConfig"] = config
    for thing, member in ((nodes[1], "id"), (edges[0], "target"), (edges[1], "source"), (edges[2], "source")):
        thing[member] = text
    edges += [{"id": text, "source": text, "target": "nowhere", "value": text}]
    return read_document({**document, "name": text, "desc": text})


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_inside_its_label(text: str) -> None:
    lines = lines_of(convert(saying(text), "mermaid"))
    assert len(lines) == 8


@given(st.text(max_size=40))
def test_any_text_stays_inside_its_label(text: str) -> None:
    lines_of(convert(saying(text), "mermaid"))


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40))
def test_a_label_shows_the_very_text(text: str) -> None:
    detail: Any = [{"match": [{"key": f"tag{text}", "operate": "EXIST"}]}]
    rule = read_document({"name": "x", "detail": detail, **MERGING})
    condition = lines_of(convert(rule, "mermaid"))[1]
    assert f"Tag tag{text} exists." in read_label(condition)


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("$$x$$", "#36;#8288;#36;"),
        ("fa:fa-car", "fa#58;#8288;fa"),
        ("a\\n", "#92;#8288;n"),
        ("ﬂ°lt", "#64258;#8288;#176;"),
    ],
)
def test_signs_that_mean_something_together_are_kept_apart(text: str, apart: str) -> None:
    assert apart in convert(saying(text), "mermaid")


def test_a_flow_is_drawn_with_its_branches() -> None:
    match = {"key": "event_severity", "operate": "EQUALS", "value": ["Critical", "Major"]}
    document = flow_json([("and", [match])], [("start", "c0", ""), ("c0", "m0", "true"), ("c0", "end", "false")])
    assert convert(read_document(document), "mermaid") == (
        "flowchart TD\n"
        '    n0(["Start"])\n'
        '    n1{{"Condition 1<br/>Severity is Critical or Major#46;"}}\n'
        '    n2["Merge 1<br/>Groups by source#59; first after 15 s, then every 1 min, repeat 1 h#59; tells tell'
        ' flow-00000002#46;"]\n'
        '    n3(["End"])\n'
        "    n0 --> n1\n"
        '    n1 -->|"true"| n2\n'
        '    n1 -->|"false"| n3\n'
    )


@given(st.one_of(flows(), legacy_rules()))
def test_every_card_and_every_edge_is_drawn_once(document: Any) -> None:
    lines = lines_of(convert(read_document(document), "mermaid"))
    flow = document.get("match_v3") or {"nodes": [0] * (2 * len(document["detail"]) + 2), "edges": []}
    assert sum(1 for line in lines if CARD.fullmatch(line)) == len(flow["nodes"])
    assert len(lines) - len(flow["nodes"]) == len(flow["edges"] or document["detail"] * 2 + [0])


def test_a_legacy_rule_shows_its_entries() -> None:
    detail: Any = [{"match": [{"key": "team", "operate": "EXIST"}]}] * 2
    text = convert(read_document({"name": "x", "detail": detail, **MERGING}), "mermaid")
    assert re.findall(r'"((?:Entry|Merge) \d)<', text) == ["Entry 1", "Merge 1", "Entry 2", "Merge 2"]


def test_an_open_branch_ends_in_the_open() -> None:
    document = flow_json([("and", [])], [("start", "c0", ""), ("c0", "m0", "true")])
    lines = lines_of(convert(read_document(document), "mermaid"))
    assert lines[-1] == '    n1 -->|"false"| n1false(("open"))'


def test_a_long_text_is_cut_where_one_sees_it() -> None:
    lines = lines_of(convert(saying("x" * 4000), "mermaid"))
    assert all(len(line) < 700 for line in lines)
    assert "#8230;" in lines[1]


@pytest.mark.parametrize("file", sorted(DOCUMENTS.glob("*/*.json")), ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_whatever_can_be_read_is_drawn(file: Path) -> None:
    try:
        rule = read(file.read_bytes())
    except Unreadable:
        return
    if rule.flow is None and rule.entries is None:
        with pytest.raises(Inexpressible, match="neither a flow"):
            convert(rule, "mermaid")
        return
    text = convert(rule, "mermaid")
    lines_of(text)
    assert text == convert(rule, "mermaid")
    assert check(rule) == check(read_document(rule.document))
