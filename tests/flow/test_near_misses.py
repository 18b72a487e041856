"""Every closed list: each of its words is taken, and whatever only looks like one is not."""

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from editor.flow import Finding, Unreadable, check, limits, read
from tests.flow.making import Document, chain, group, leaf, legacy_rule, match, merge, node_id, team


def findings(document: Any) -> list[Finding]:
    try:
        return check(read(json.dumps(document)))
    except Unreadable as error:
        return error.findings


def codes(document: Any) -> set[str]:
    return {found.code for found in findings(document)}


# What only looks like a word.

#: Latin letters and the Cyrillic ones that nobody can tell from them.
CYRILLIC = str.maketrans("aceopxyidsETIOPAHKXBCMtrn", "асеорхуіԁѕЕТІОРАНКХВСМтгп")
#: Marks that cannot be seen. The reader refuses the second kind, whatever they stand in.
UNSEEN = {"zero-width space": "\u200b", "joiner": "\u200d", "soft hyphen": "\u00ad", "combining accent": "\u0301"}
REFUSED = {"right-to-left override": "\u202e", "isolate": "\u2066", "byte order mark": "\ufeff", "NUL": "\x00"}


def near_misses(word: str) -> list[tuple[str, str]]:
    """Texts that are nearly ``word``, each with what is wrong with it."""
    found = {
        "case": word.swapcase(),
        "first letter's case": word[0].swapcase() + word[1:],
        "blank before": " " + word,
        "blank after": word + " ",
        "no-break space after": word + "\u00a0",
        "tab after": word + "\t",
        "newline after": word + "\n",
        "full-width letter": chr(ord(word[0]) + 0xFEE0) + word[1:],
        "Cyrillic letter": word.translate(CYRILLIC),
        "one letter less": word[:-1],
        "one letter more": word + "s",
    }
    for what, mark in {**UNSEEN, **REFUSED}.items():
        found |= {f"{what} after": word + mark, f"{what} inside": word[:1] + mark + word[1:]}
    return [(what, text) for what, text in found.items() if text != word]


def told_of(text: str, code: str) -> str:
    """The code of what is wrong with ``text``: the reader's, if it lets no such text through."""
    return "json-control-character" if any(mark in text for mark in REFUSED.values()) else code


class Words(NamedTuple):
    """A closed list: ``make(word, written)`` is a rule in which ``written`` stands where ``word`` belongs."""

    constant: str
    words: Sequence[str]
    code: str
    make: Callable[[str, str], Document]


def severity(_: str, written: str) -> Document:
    return chain(group("and", leaf("event_severity", "EQUALS", written)))


def severity_of_an_entry(_: str, written: str) -> Document:
    return legacy_rule([match("event_severity", "EQUALS", written)])


def scene(_: str, written: str) -> Document:
    return chain(group("and", leaf("notification_scene", "EQUALS", written)))


def operator(word: str, written: str) -> Document:
    return chain(group("and", leaf("team", written, *([] if word == "EXIST" else ["pay"]))))


def operator_of_an_entry(word: str, written: str) -> Document:
    return legacy_rule([match("team", written, *([] if word == "EXIST" else ["pay"]))])


def join(_: str, written: str) -> Document:
    return chain(group("and", group(written, leaf("team", "EXIST"), leaf("zone", "EXIST"))))


def node_member(member: str) -> Callable[[str, str], Document]:
    def make(word: str, written: str) -> Document:
        rule = chain(team())
        for node in rule["match_v3"]["nodes"]:
            if node.get(member) == word:
                node[member] = written
        return rule

    return make


def part_type(word: str, written: str) -> Document:
    part = team() if word == "bool" else leaf("team", "EXIST")
    return chain(group("and", {**part, "type": written}))


def edge_value(word: str, written: Any) -> Document:
    rule = chain(team())
    for edge in rule["match_v3"]["edges"]:
        if edge.get("value") == word:
            edge["value"] = written
    return rule


def group_by(word: str, written: str) -> Document:
    choice = ["resource_provider", "tag", "event_severity", "resource_type"]
    return chain(team(), config=merge(group_by=[written if member == word else member for member in choice]))


def ai_group_by(_: str, written: str) -> Document:
    return chain(team(), config=merge(group_by=None, ai_group_by=[written]))


def ai_group_by_of_a_legacy_rule(_: str, written: str) -> Document:
    return legacy_rule([match("team", "EXIST")], group_by=[], ai_group_by=[written])


LISTS = [
    Words("SEVERITIES", ["Critical", "Major", "Minor", "Info"], "severity", severity),
    Words("SEVERITIES", ["Critical", "Major", "Minor", "Info"], "severity", severity_of_an_entry),
    Words("SCENES", ["notify_triggered", "notify_resolved"], "scene", scene),
    Words("OPERATORS", ["EQUALS", "REGEX", "EXIST"], "operator", operator),
    Words("OPERATORS", ["EQUALS", "REGEX", "EXIST"], "operator", operator_of_an_entry),
    Words("joins", ["and", "or"], "group-join", join),
    Words("types", ["Start", "Card", "End"], "node-kind", node_member("type")),
    Words("business types", ["GroupCondition", "CombineConf"], "node-kind", node_member("businessType")),
    Words("part types", ["bool", "text", "numerical"], "tree-shape", part_type),
    Words("edge values", ["true", "false"], "edge-value", edge_value),
    Words(
        "GROUP_BY_CHOICES",
        ["resource_provider", "tag", "event_severity", "resource_type"],
        "group-by-choice",
        group_by,
    ),
    Words("AI_GROUP_BY", ["event_name", "alarm_info", "tag"], "ai-group-by", ai_group_by),
    Words("AI_GROUP_BY", ["event_name", "alarm_info", "tag"], "ai-group-by", ai_group_by_of_a_legacy_rule),
]


EACH = [pytest.param(words, word, id=f"{words.make.__name__} {word}") for words in LISTS for word in words.words]


@pytest.mark.parametrize(("words", "word"), EACH)
def test_each_word_of_a_list_is_taken(words: Words, word: str) -> None:
    assert codes(words.make(word, word)) == set()


@pytest.mark.parametrize(("words", "word"), EACH)
def test_what_only_looks_like_a_word_is_found(words: Words, word: str) -> None:
    told = {what: (written, codes(words.make(word, written))) for what, written in near_misses(word)}
    expected = {what: told_of(written, words.code) for what, (written, _) in told.items()}
    assert len(told) > 20
    assert {what: (written, found) for what, (written, found) in told.items() if expected[what] not in found} == {}


@pytest.mark.parametrize("word", ["true", "false"])
@pytest.mark.parametrize("written", [True, False, 1, 0, None, "", [], ["true"], {}])
def test_only_a_text_is_a_branch(word: str, written: Any) -> None:
    assert "edge-value" in codes(edge_value(word, written))


@pytest.mark.parametrize("written", ["Warning", "warning", "WARNING"])
def test_the_severity_of_the_console_is_told_apart(written: str) -> None:
    (found,) = findings(severity("Info", written))
    assert (found.code, found.hint) == ("severity", "Use Info: that is what the console calls Warning.")


CHOICES = [
    ["resource_provider"],
    ["resource_provider", "event_severity"],
    ["resource_provider", "tag", "event_severity", "resource_type"],
]


@pytest.mark.parametrize("choice", CHOICES, ids=len)
def test_each_combination_of_group_by_is_taken_in_any_order(choice: list[str]) -> None:
    assert codes(chain(team(), config=merge(group_by=choice))) == set()
    assert codes(chain(team(), config=merge(group_by=choice[::-1]))) == set()


@pytest.mark.parametrize(
    "choice",
    [
        ["event_severity"],
        ["tag"],
        ["resource_provider", "tag"],
        ["resource_provider", "resource_type"],
        ["resource_provider", "event_severity", "resource_type"],
        ["resource_provider", "tag", "event_severity"],
        ["resource_provider", "resource_provider"],
        ["resource_provider", "tag", "tag", "event_severity", "resource_type"],
        ["resource_provider", "tag", "event_severity", "resource_type", "event_name"],
        ["resource_provider", "team", "event_severity", "resource_type"],
        ["resource_provider,event_severity"],
        [["resource_provider"]],
        ["resource_provider", None],
        [""],
    ],
    ids=str,
)
def test_no_other_combination_of_group_by_is_taken(choice: list[Any]) -> None:
    assert "group-by-choice" in codes(chain(team(), config=merge(group_by=choice)))


@pytest.mark.parametrize(
    ("choice", "is_published"),
    [
        (["resource_provider"], True),
        (["event_severity", "resource_provider"], True),
        (["resource_provider", "team", "event_severity", "resource_type"], True),
        (["Resource_provider"], False),
        (["resource_provider "], False),
        (["resource_provider\n"], False),
        (["resource_provider\u200b"], False),
        (["resource_provider", "resource_provider"], False),
        (["resource_provider", "event_severity", "resource_type"], False),
        (["resource_provider", "Team", "event_severity", "resource_type"], False),
        (["event_severity"], False),
    ],
    ids=str,
)
def test_the_combinations_of_a_legacy_rule_name_its_own_tags(choice: list[str], is_published: bool) -> None:
    found = codes(legacy_rule([match("team", "EXIST")], group_by=choice))
    assert found == (set() if is_published else {"legacy-group-by"})


FORBIDDEN = ["__proto__", "constructor", "prototype"]


@pytest.mark.parametrize("word", FORBIDDEN)
def test_only_the_very_names_that_harm_a_reader_are_forbidden(word: str) -> None:
    assert codes({**chain(team()), word: 1}) == {"json-forbidden-member"}
    for _, written in near_misses(word):
        assert codes({**chain(team()), written: 1}) == {told_of(written, "member-unknown")}


def test_no_word_is_left_out() -> None:
    for words in LISTS:
        known = getattr(limits, words.constant, words.words)
        assert set(words.words) == (
            {m for c in known for m in c} if words.constant == "GROUP_BY_CHOICES" else set(known)
        )
    assert [sorted(choice) for choice in limits.GROUP_BY_CHOICES] == [sorted(choice) for choice in CHOICES]
    assert set(FORBIDDEN) == limits.FORBIDDEN_MEMBERS


# Names, tags and ids: grammars instead of lists.

LOOK_ALIKES = {
    "Cyrillic letter": "а",
    "Greek letter": "ο",
    "full-width letter": "Ａ",
    "full-width digit": "１",
    "Arabic digit": "٣",
    "Devanagari digit": "३",
    "superscript": "²",
    "Roman numeral": "Ⅳ",
    "letter with accent": "é",
    "ligature": "ﬁ",
    "dotless i": "ı",
    "long s": "ſ",
    "Kelvin sign": "\u212a",
    "circled digit": "①",
    "mathematical letter": "𝐀",
    "hyphen": "-",
    "blank": " ",
    "no-break space": "\u00a0",
    "newline": "\n",
    "carriage return": "\r",
    "tab": "\t",
    **UNSEEN,
}
IDEOGRAPHS_ALIKE = {"kana": "か", "bopomofo": "ㄅ", "Hangul": "가", "radical": "⼀", "full-width underscore": "＿"}


def named(name: str) -> Document:
    return chain(team(), name=name)


@pytest.mark.parametrize("name", ["a", "Z", "0", "a_b", "a__b", "0_0", "Aa0", "a" * 100, "a" + "_" * 98 + "a"])
def test_a_proper_name_is_taken(name: str) -> None:
    assert codes(named(name)) == set()


@pytest.mark.parametrize("character", {**LOOK_ALIKES, "ideograph": "支"}.values(), ids=[*LOOK_ALIKES, "ideograph"])
def test_no_character_that_looks_like_one_of_a_name_is_taken(character: str) -> None:
    for name in (character, f"{character}a", f"a{character}", f"a{character}b"):
        (found,) = findings(named(name))
        assert found.code == "name-format"
        assert f"U+{ord(character):04X}" in found.message


@pytest.mark.parametrize("name", ["_", "_a", "a_", "__", "a" * 99 + "_"])
def test_no_underscore_stands_at_the_ends_of_a_name(name: str) -> None:
    assert codes(named(name)) == {"name-format"}


ASCII = [*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B)]
IDEOGRAPHS = [range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x31350)]


def is_name(text: str) -> bool:
    points = [ord(character) for character in text]
    inside = all(point in ASCII or point == 0x5F for point in points)
    return 1 <= len(points) <= 100 and inside and points[0] in ASCII and points[-1] in ASCII


def is_tag(text: str) -> bool:
    points = [ord(character) for character in text]
    return all(p in ASCII or p == 0x5F or any(p in block for block in IDEOGRAPHS) for p in points)


EDGES = [chr(point) for block in IDEOGRAPHS for point in (block[0] - 1, block[0], block[-1], block[-1] + 1)]
EDGES += [*"/09:@AZ[`az{_", *LOOK_ALIKES.values(), *IDEOGRAPHS_ALIKE.values()]
texts = st.text(st.sampled_from(EDGES) | st.characters(), max_size=4)
mostly_sound = st.text(st.sampled_from("aZ09_支"), max_size=101)


@settings(max_examples=1000)
@given(texts | mostly_sound)
@example("a" * 101)
def test_a_name_is_taken_if_and_only_if_it_follows_the_grammar(text: str) -> None:
    assert (codes(named(text)) == set()) == is_name(text)


@settings(max_examples=1000)
@given(texts.filter(bool) | mostly_sound.filter(bool))
def test_a_tag_is_taken_if_and_only_if_it_follows_the_grammar(text: str) -> None:
    found = codes(chain(group("and", leaf(text, "EQUALS", text))))
    refused = {code for code in found if code.startswith("json-")}
    assert found == (set() if is_tag(text) else refused or {"tag-name", "tag-value"})


@pytest.mark.parametrize(
    "character", [*LOOK_ALIKES.values(), *IDEOGRAPHS_ALIKE.values()], ids=[*LOOK_ALIKES, *IDEOGRAPHS_ALIKE]
)
def test_a_tag_with_a_look_alike_is_doubted_and_the_character_named(character: str) -> None:
    for text in (character, f"a{character}", f"{character}支"):
        found = findings(chain(group("and", leaf(text, "EQUALS", text))))
        assert [finding.code for finding in found] == ["tag-name", "tag-value"]
        assert all(f"U+{ord(character):04X}" in finding.message for finding in found)


def test_the_ranges_of_tags_hold_every_ideograph_and_nothing_else() -> None:
    """What this Python knows of Unicode, up to the last range."""
    for point in range(0x31350):
        kind = unicodedata.name(chr(point), "").rpartition("-")[0]
        if unicodedata.category(chr(point)) != "Cn":
            proper = point in ASCII or point == 0x5F or kind in ("CJK UNIFIED IDEOGRAPH", "CJK COMPATIBILITY IDEOGRAPH")
            assert bool(limits.TAG.fullmatch(chr(point))) == proper, hex(point)


def with_id(prefix: str, written: str) -> Document:
    """A rule in which an id of this prefix is ``written``, wherever it stands."""
    text = json.dumps(chain(team()))
    old = {"flow-": node_id("c1"), "edge-": "edge-00000007"}.get(prefix)
    old = old or re.findall(f"{prefix}[0-9]{{8}}", text)[0]
    assert old in text
    made: Document = json.loads(text.replace(f'"{old}"', json.dumps(written)))
    return made


PREFIXES = ["flow-", "edge-", "GroupCondition-", "CombineConf-"]


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("tail", ["abcdefgh", "ABCXYZ09", "--------", "________", "a-b_c-0_"])
def test_a_proper_id_is_taken(prefix: str, tail: str) -> None:
    assert codes(with_id(prefix, prefix + tail)) == set()


@pytest.mark.parametrize("prefix", PREFIXES)
def test_what_only_looks_like_the_prefix_of_an_id_is_found(prefix: str) -> None:
    others = [(other, other) for other in PREFIXES if other != prefix]
    for _, written in [*near_misses(prefix), *others, ("underscore", prefix[:-1] + "_"), ("dash", prefix[:-1] + "–")]:
        assert codes(with_id(prefix, f"{written}abcdefgh")) == {told_of(written, "id-format")}


@pytest.mark.parametrize("prefix", PREFIXES)
def test_no_character_that_looks_like_one_of_an_id_is_taken(prefix: str) -> None:
    for character in set(LOOK_ALIKES.values()) - {"-"}:
        for tail in (character + "abcdefg", "abcdefg" + character, "abcdefgh" + character):
            assert codes(with_id(prefix, prefix + tail)) == {"id-format"}
