"""Cards that were read and checked before are not looked at again; nobody can tell from the answer."""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from editor.flow import check, read_document
from editor.flow.checks import CHECKS
from editor.flow.checks.registry import scope_of
from editor.flow.reading import forget_known
from tests.flow.making import Document, chain, flow_documents, merge, team

ODD_VALUES: list[Any] = [None, True, 1, 1.0, 0, -0.0, "", "1", "Warning", "critical", "(", [], [1], ["x", "x"], {}]


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container below, with every key or index in it."""
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from _places(value[key])


@st.composite
def edits(draw: st.DrawFn) -> list[Document]:
    """A rule, and what becomes of it when values in its cards are replaced one by one."""
    document = draw(flow_documents())
    versions = [document]
    for _ in range(draw(st.integers(1, 4))):
        document = copy.deepcopy(document)
        places = [place for node in document["match_v3"]["nodes"] for place in _places(node.get("value"))]
        container, key = draw(st.sampled_from(places))
        container[key] = draw(st.sampled_from(ODD_VALUES))
        versions.append(document)
    return versions


@given(edits())
def test_a_rule_has_the_findings_that_it_has_at_first_sight(versions: list[Document]) -> None:
    forget_known()
    seen_before = [_findings(document) for document in (*versions, *versions)]
    for document, found in zip((*versions, *versions), seen_before, strict=True):
        forget_known()
        assert found == _findings(document)


@given(edits())
def test_a_card_is_told_the_same_alone_as_among_others(versions: list[Document]) -> None:
    rule = read_document(versions[-1])
    assert rule.flow is not None
    for look in [look for look in CHECKS if scope_of(look) in ("condition", "combine")]:
        alone = [found for card in rule.flow.nodes for found in look(rule.narrowed([card]))]
        assert sorted(map(repr, alone)) == sorted(map(repr, look(rule)))
        assert all(found.nodes for found in alone)


def test_a_number_is_not_taken_for_the_word_that_equals_it() -> None:
    documents = [_with_wait(value) for value in (1, True, 1.0, 1)]
    assert [{found.code for found in check(read_document(document))} for document in documents] == [
        set(),
        {"wait-type"},
        {"wait-type"},
        set(),
    ]


def test_no_card_counts_as_sound_that_was_not_looked_at_to_the_end() -> None:
    """The faults of the first card fill the list; the second has one too, told once the first is mended."""
    document = chain(team("pay"), team("pay"))
    first, second = (node for node in document["match_v3"]["nodes"] if node.get("businessType") == "GroupCondition")
    first["value"]["nodes"][0]["match"]["value"] = [1] * 2000
    second["value"]["nodes"][0]["match"]["value"] = [1]
    messages = [found.message for found in check(read_document(document)) if found.code == "more-findings"]
    assert "at least 900 more of value-type are not listed." in messages
    first["value"]["nodes"][0]["match"]["value"] = ["pay"]
    assert "value-type" in {found.code for found in check(read_document(document))}


def _with_wait(value: Any) -> Document:
    return chain(team(), config=merge(group_wait=value))


def _findings(document: Document) -> list[dict[str, object]]:
    return [found.as_json() for found in check(read_document(document))]


def test_no_card_counts_as_sound_where_many_cards_together_fill_the_list() -> None:
    """Each has few enough to be remembered; the last is beyond what is counted of all."""
    document = chain(*[team("pay") for _ in range(7)])
    cards = [node for node in document["match_v3"]["nodes"] if node.get("businessType") == "GroupCondition"]
    for card in cards:
        card["value"]["nodes"][0]["match"]["value"] = [1] * 180
    check(read_document(document))
    for card in cards[:-1]:
        card["value"]["nodes"][0]["match"]["value"] = ["pay"]
    assert "value-type" in {found.code for found in check(read_document(document))}
