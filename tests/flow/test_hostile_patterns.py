"""Patterns that hang other engines for hours, against values of 64 KB: each is refused, or answered at once."""

import re
import sys
from collections.abc import Callable, Iterator
from functools import partial
from time import thread_time
from typing import Any

import pytest

from editor.flow import Alarm, Rule, Walk, Walker, check, read_document
from editor.flow.condition import compiled, judge, pattern_problem
from tests.flow.making import chain, group, leaf

LIMIT = 0.050  # seconds
SIZE = 65_536  # bytes

PATTERNS = [
    r"(a+)+$",
    r"(a+)+b",
    r"(a*)*b",
    r"(a|a)*$",
    r"(a|aa)+$",
    r"(a|a?)+$",
    r"(a|b|ab)*c$",
    r"(.*a){12}",
    r"(.*){20}$",
    r"^(\w+\s?)*$",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"([a-zA-Z]+)*[^a-zA-Z]$",
    r"((((((((((a*)*)*)*)*)*)*)*)*)*)*$",
    r"(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)[^a]$",
    r".*.*.*.*.*.*.*.*.*.*=.*$",
    r"\s*,\s*\s*$",
    r"\b(\w+\b\W*)*$",
    r"^(([^<>()]+(\.[^<>()]+)*)|(\".+\"))@(([^<>()]+\.)+[^<>()]{2,})$",
    r"(x{0,1000}){0,2}",
    r"(x{0,100}){0,9}$",
    r"a{0,1000}a{0,1000}$",
    r"(?:a?){200}a{200}$",
    r"(a?){500}b",
    r"[ab]*a[ab]{200}c",
    r"(.*a.{250})$",
    r".{1,250}.{1,250}.{1,250}x",
    r"[^b]{1,999}b",
    r"(?:.{0,30}a){30}b",
    r"(.?){1000}b",
    r"(?:[01]*1[01]{90})+2",
    r"(\p{L}+\s?)*$",
    r"(\p{L}|\p{N}|\p{P}|\s)*\x00$",
    r"(\p{Han}|\p{Cyrillic}|\p{Arabic}|\p{Greek}){1,40}!",
    r"(?i)(s|ſ|k|K|ß|ẞ)*[^sk]$",
    r"(a+)\1+$",
    r"(?=(a+))\1b",
    r"(?>a+)+b",
    "|".join("a" * n for n in range(1, 22)) + "|z$",
    "(" * 60 + "a*" + ")*" * 60 + "$",
    "(a|b|[ab]|.)*" * 19 + "!",
]
VALUES = {
    "one letter": "a" * SIZE,
    "one letter and another": "a" * (SIZE - 1) + "!",
    "two letters": "ab" * (SIZE // 2),
    "words": ("word " * SIZE)[:SIZE],
    "ideographs": "界" * (SIZE // 3),
    "digits": ("0110100110010110" * SIZE)[:SIZE],
    "lines": "a\n" * (SIZE // 2),
    "mixture": "".join("ab01 ,.<@"[(n * 2_654_435_761 >> 13) % 9] for n in range(SIZE)),
}
#: Where a longer value would be too much to tell, one of these takes longest.
VALUES |= {f"{letter} {size} times": letter * size for letter in "a界" for size in (1024, 4096, 16_384)}


def rule_of(pattern: str) -> Rule:
    return read_document(chain(group("and", leaf("team", "REGEX", pattern))))


def forget() -> None:
    compiled.cache_clear()
    pattern_problem.cache_clear()


def remember() -> None:
    """Leave what was compiled."""


def seconds(call: Callable[[], Any], before: Callable[[], None]) -> float:
    """What ``call`` takes: the best of at most three tries, since the machine may be busy with other things."""
    best = float("inf")
    for _ in range(3):
        before()
        start = thread_time()
        call()
        best = min(best, thread_time() - start)
        if best < LIMIT:
            break
    return best


def walk_anew(walker: Walker, alarm: Any) -> Walk:
    return walker.walk(Alarm(alarm))


def timings(pattern: str) -> Iterator[tuple[str, float]]:
    """Seconds for whatever the centre does with a pattern, until one thing takes too long."""
    rule = rule_of(pattern)
    assert rule.flow is not None
    tree = next(node.tree for node in rule.flow.nodes if node.tree)
    walker = Walker(rule)
    calls: list[tuple[str, Callable[[], Any], Callable[[], None]]] = [("checking", lambda: check(rule), forget)]
    for name, value in VALUES.items():
        attributes, alarm = {"team": value}, {"metadata": {"team": value}}
        calls += [
            (f"judging {name}, cold", partial(judge, tree, attributes), forget),
            (f"judging {name}, warm", partial(judge, tree, attributes), remember),
            (f"walking {name}", partial(walk_anew, walker, alarm), remember),
        ]
    for what, call, before in calls:
        took = seconds(call, before)
        yield what, took
        if took > LIMIT:
            return


def refusal(pattern: str) -> str | None:
    return next((found.message for found in check(rule_of(pattern)) if found.code == "regex-syntax"), None)


def test_no_hostile_pattern_takes_over_50_milliseconds(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(PATTERNS) >= 30
    assert sum(SIZE - 3 < len(value.encode()) <= SIZE for value in VALUES.values()) >= 7
    measured = {(pattern, what): took for pattern in PATTERNS for what, took in timings(pattern)}
    (pattern, what), slowest = max(measured.items(), key=lambda item: item[1])
    with capsys.disabled():
        print(f"\nslowest of {len(measured)}: {slowest * 1000:.1f} ms, {pattern} ({what})", file=sys.stderr)
    assert {case: f"{took * 1000:.0f} ms" for case, took in measured.items() if took > LIMIT} == {}


@pytest.mark.parametrize("pattern", [r"(a+)\1+$", r"(?=(a+))\1b", r"(?>a+)+b", r"(x{0,1000}){0,2}"])
def test_what_cannot_be_read_is_refused_with_the_reason(pattern: str) -> None:
    message = refusal(pattern)
    assert message is not None
    assert re.search("invalid (escape|perl operator|repetition)", message)


@pytest.mark.parametrize("pattern", [pattern for pattern in PATTERNS if refusal(pattern) is None])
def test_a_pattern_that_is_not_refused_is_answered_for_a_value_of_common_length(pattern: str) -> None:
    """Of a longer one it may be too much to tell."""
    rule = rule_of(pattern)
    for value in VALUES.values():
        assert Walker(rule).walk(Alarm({"metadata": {"team": value[:512]}})).complete


def test_a_pattern_that_makes_too_large_a_program_is_refused() -> None:
    assert pattern_problem(r"\p{L}") is None
    problem = pattern_problem(r"\p{L}\p{L}")
    assert problem is not None and re.fullmatch(r"too large a pattern, of \d+ steps; .*", problem.reason)


def test_a_value_too_long_for_its_pattern_leaves_the_answer_open() -> None:
    walker = Walker(read_document(chain(group("and", leaf("team", "REGEX", r"\p{L}+x")))))
    assert walker.walk(Alarm({"metadata": {"team": "a" * 512}})).complete
    assert not walker.walk(Alarm({"metadata": {"team": "a" * 4096}})).complete
