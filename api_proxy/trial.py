"""A connection tried out, step by step: what could be done, what could not, and what was left alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from api_proxy.cloud import opened
from api_proxy.models import Connection, SignIn
from api_proxy.refusal import Declined, Refusal
from api_proxy.signin import SignInRefused, Standing, clock_off
from api_proxy.transport import UpstreamError
from editor.flow.say import Said, counted, mark, say

#: The steps in their order; each needs those before it, but for the two lists, which are asked one after the other.
REACH: Final = "reach"
SIGN_IN: Final = "sign_in"
READ_GROUP_RULES: Final = "read_group_rules"
READ_NOTIFICATION_RULES: Final = "read_notification_rules"
CHANGE_GROUP_RULES: Final = "change_group_rules"
CLOCK: Final = "clock"


@dataclass(frozen=True)
class Step:
    """One step; ``ok`` is None where it was not tried."""

    name: str
    ok: bool | None
    detail: Said


@dataclass(frozen=True)
class Trial:
    """How a test of a connection ended; ``detail`` says it in a sentence or two."""

    ok: bool
    detail: Said
    steps: Sequence[Step]
    refusal: Refusal | None = None


@dataclass(frozen=True)
class _Reading:
    """What came of reading one list: its length, or the error."""

    count: int = 0
    error: UpstreamError | None = None

    @property
    def is_reached(self) -> bool:
        return self.error is None or isinstance(self.error, Declined) or self.error.status is not None

    @property
    def is_signed_in(self) -> bool:
        refused = isinstance(self.error, SignInRefused) or (self.error is not None and self.error.status == 401)
        return self.is_reached and not refused


def try_out(connection: Connection) -> Trial:
    """Sign in anew and read what may be read; nothing is changed over there. Raises Problem like ``cloud.opened``."""
    with opened(connection) as aom:
        Standing(connection).forget_token()
        rules = _read(aom.group_rules)
        notified = _read(aom.action_rules) if rules.is_signed_in else _Reading(error=rules.error)
    skew = SignIn.objects.filter(pk=connection.pk).values_list("skew", flat=True).first()
    steps = [*_way_in(rules), *_readings(rules, notified), _untried(), _clock(skew)]
    return Trial(rules.error is None, _summary(rules, skew), steps, _refusal(rules.error))


def _read(question: Callable[[], list[dict[str, Any]]]) -> _Reading:
    try:
        return _Reading(len(question()))
    except UpstreamError as error:
        return _Reading(error=error)


def _way_in(rules: _Reading) -> list[Step]:
    reached = Step(REACH, True, say("The cloud answers."))
    if rules.error is not None and not rules.is_reached:
        return [Step(REACH, False, rules.error.sentence), Step(SIGN_IN, None, say("Signing in was not tried."))]
    if rules.error is not None and not rules.is_signed_in:
        return [reached, Step(SIGN_IN, False, rules.error.sentence)]
    return [reached, Step(SIGN_IN, True, say("The cloud took the credentials."))]


def _readings(rules: _Reading, notified: _Reading) -> list[Step]:
    one, many = mark("The project has {count} grouping rule."), mark("The project has {count} grouping rules.")
    first = _reading(READ_GROUP_RULES, rules, counted(rules.count, one, many), rules.is_signed_in)
    one = mark("The project has {count} notification rule.")
    many = mark("The project has {count} notification rules.")
    second = _reading(READ_NOTIFICATION_RULES, notified, counted(notified.count, one, many), rules.is_signed_in)
    return [first, second]


def _reading(name: str, reading: _Reading, told: Said, is_tried: bool) -> Step:
    if not is_tried:
        return Step(name, None, say("Not tried, since signing in did not work."))
    return Step(name, reading.error is None, reading.error.sentence if reading.error else told)


def _untried() -> Step:
    text = mark(
        "Creating, changing and deleting rules cannot be tried without changing something. They need {permissions}."
    )
    names = ", ".join(f"aom:routeGroupRule:{act}" for act in ("create", "update", "delete"))
    return Step(CHANGE_GROUP_RULES, None, say(text, permissions=names))


def _clock(skew: float | None) -> Step:
    if skew is None:
        return Step(CLOCK, None, say("The clocks could not be compared."))
    off = clock_off(skew)
    return Step(CLOCK, off is None, off or say("The clocks agree to {seconds} seconds.", seconds=f"{abs(skew):.1f}"))


def _summary(rules: _Reading, skew: float | None) -> Said:
    if rules.error is not None:
        return rules.error.sentence
    one = mark("Signed in; the project has {count} grouping rule.")
    done = counted(rules.count, one, mark("Signed in; the project has {count} grouping rules."))
    off = clock_off(skew)
    return say("{done} {warning}", done=done, warning=off) if off else done


def _refusal(error: UpstreamError | None) -> Refusal | None:
    return error.refusal if isinstance(error, Declined) else None
