"""Pictures of flows: well-formed, self-contained, and text stays text."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.flow.arrange import Box
from editor.flow.convert.pen import LIGHT
from editor.flow.convert.routing import route
from editor.flow.convert.svg import svg, thumbnail
from editor.flow.reading import Unreadable, read, read_document
from editor.flow.rule import Json, Rule

ROOT = Path(__file__).parent.parent.parent
GOOD = ROOT / "tests" / "documents" / "good"
SVG = "{http://www.w3.org/2000/svg}"


def sample(**members: Any) -> Rule:
    document = json.loads((GOOD / "published-sample.json").read_text())
    return read_document({**document, **members})


def drawn(rule: Rule, **options: Any) -> ElementTree.Element:
    picture = svg(rule, **options)
    assert picture is not None
    return ElementTree.fromstring(picture)


def texts(picture: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in picture.iter(f"{SVG}text")]


def with_texts(text: str) -> Rule:
    """A rule that says ``text`` wherever a rule may say what it likes."""
    leaf: Json = {"id": "l", "type": "text", "match": {"key": text, "operate": "EQUALS", "value": [text]}}
    config: Json = {"group_by": [text], "bind_notification_rule_ids": [text]}
    nodes: list[Json] = [
        {"id": "s", "type": "Start"},
        {
            "id": text,
            "type": "Card",
            "businessType": "GroupCondition",
            "value": {"id": "g", "type": "bool", "value": "and", "nodes": [leaf]},
        },
        {"id": "m", "type": "Card", "businessType": "CombineConf", "value": {"id": "x", "combineConfig": config}},
    ]
    lines = [{"id": "e", "source": "s", "target": text}, {"id": "f", "source": text, "target": "m", "value": "true"}]
    return read_document({"name": text, "match_v3": {"nodes": nodes, "edges": lines}})


def test_the_sample_shows_its_cards_and_what_they_say() -> None:
    shown = texts(drawn(sample()))
    assert [text for text in shown if re.fullmatch(r"(Start|End|(Condition|Merge) \d)", text)] == [
        "Start",
        "Condition 1",
        "Merge 1",
        "Condition 2",
        "Merge 2",
        "Condition 3",
        "Merge 3",
        "Merge 4",
        "End",
    ]
    assert shown.count("Critical") == 6
    assert shown.count("true") == shown.count("false") == 3
    assert "first after 0 s, then every 5 s, no repeat" in shown


def readable(path: Path) -> bool:
    try:
        read(path.read_bytes())
    except Unreadable:
        return False
    return True


@pytest.mark.parametrize(
    "path", [path for path in sorted(GOOD.parent.glob("*/*.json")) if readable(path)], ids=lambda path: path.stem
)
def test_every_readable_document_is_drawn_or_has_no_flow(path: Path) -> None:
    rule = read(path.read_bytes())
    for picture in (svg(rule), svg(rule, standalone=True), thumbnail(rule)):
        assert (picture is None) == (rule.flow is None or not rule.flow.nodes)
        if picture is not None:
            ElementTree.fromstring(picture)


def test_a_picture_for_a_page_takes_the_colours_of_the_page() -> None:
    for picture in (svg(sample()), thumbnail(sample())):
        assert picture is not None
        assert "var(--surface)" in picture
        assert not re.search(r"#[0-9a-f]{6}", picture)


def test_a_picture_for_a_file_carries_its_colours() -> None:
    picture = svg(sample(), standalone=True)
    assert picture is not None
    assert "var(" not in picture
    assert LIGHT["surface"] in picture


def test_the_colours_are_the_light_ones_of_the_style_sheet() -> None:
    sheet = (ROOT / "static" / "src" / "styles" / "tokens.css").read_text()
    tokens = dict(re.findall(r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),", sheet))
    assert {name: tokens[name] for name in LIGHT} == LIGHT


@pytest.mark.parametrize("standalone", [True, False])
def test_no_picture_holds_a_style_a_script_or_an_address(standalone: bool) -> None:
    picture = drawn(sample(), standalone=standalone)
    names = {element.tag.removeprefix(SVG) for element in picture.iter()}
    assert names <= {"svg", "title", "desc", "g", "rect", "path", "circle", "text"}
    attributes = {name for element in picture.iter() for name in element.attrib}
    assert not attributes & {"style", "href", "onload"}


def test_a_picture_has_a_name_for_those_who_do_not_see_it() -> None:
    picture = drawn(sample())
    assert picture.get("role") == "img"
    assert picture.findtext(f"{SVG}title") == "Picture of aomtest"
    assert picture.findtext(f"{SVG}desc") == "3 condition cards, 4 merge cards"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_text_of_a_rule_stays_text(text: str) -> None:
    for standalone in (True, False):
        picture = drawn(with_texts(text), standalone=standalone)
        assert {element.tag.removeprefix(SVG) for element in picture.iter()} <= {
            "svg", "title", "desc", "g", "rect", "path", "circle", "text",
        }  # fmt: skip


def test_markup_in_a_value_is_shown_as_it_is_written() -> None:
    assert "<b>&" in texts(drawn(with_texts("<b>&")))


def test_a_long_value_is_wrapped_and_nothing_of_it_is_lost() -> None:
    value = "abcdefghij" * 20
    assert value in "".join(texts(drawn(with_texts(value))))


def test_the_stored_places_count_when_every_card_has_one() -> None:
    rule = sample()
    assert rule.flow is not None
    nodes: dict[str, Json] = {node_id: {"x": 400 * i, "y": 0} for i, node_id in enumerate(rule.flow.order)}
    assert drawn(rule, layout={"nodes": nodes}).get("width") == str(400 * 8 + 72 + 16)
    arranged = drawn(rule).get("width")
    oddities: list[Json] = [{}, {"x": 1}, {"x": "1", "y": 2}, {"x": 1e300, "y": 0}, None]
    for odd in oddities:
        nodes = {**nodes, "flow-cFpXzlxZ": odd}
        assert drawn(rule, layout={"nodes": nodes}).get("width") == arranged


def test_findings_are_counted_on_their_card() -> None:
    shown = texts(drawn(sample(), badges={"flow-oUm2Cw50": (2, 1)}))
    assert {"\u00d7 2", "! 1"} <= set(shown)


def test_a_legacy_rule_has_no_picture() -> None:
    rule = read_document({"name": "old", "detail": []})
    assert svg(rule) is None
    assert thumbnail(rule) is None


def test_the_thumbnail_shows_cards_and_no_words() -> None:
    picture = ElementTree.fromstring(thumbnail(sample()) or "")
    assert len(list(picture.iter("rect"))) == 7
    assert {element.tag for element in picture.iter()} <= {"svg", "rect", "path", "circle"}


def test_an_edge_goes_round_a_card_that_stands_in_its_way() -> None:
    source, target, between = Box(0, 0, 304, 64), Box(0, 400, 304, 64), Box(0, 200, 304, 64)
    straight = route(source, "plain", target, [])
    assert straight.corners == ((152, 64), (152, 400))
    around = route(source, "plain", target, [between])
    assert around.corners[0] == straight.corners[0]
    assert around.corners[-1] == straight.corners[-1]
    assert around.corners[2][0] in (-12, 316)


def test_an_edge_leads_up_to_a_card_that_was_put_above() -> None:
    way = route(Box(0, 400, 304, 64), "true", Box(0, 0, 304, 64), [])
    assert way.corners[0] == (80, 464)
    assert way.corners[-1] == (152, 0)
    assert min(x for x, _ in way.corners) < 0 or max(x for x, _ in way.corners) > 304
