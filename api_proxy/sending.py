"""The state machine of one submission: look, send, and where no clear answer came find out by reading back.

``prepared -> sending -> succeeded | rejected | unknown``, and from ``unknown`` by reading back to ``succeeded``, once
more to ``sending``, to ``rejected``, ``drifted`` or ``needs_human``. Every step is on record before the call that it
stands for, and holds the lease of its row: who lost that does nothing more.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import Error, close_old_connections
from django.db.models import F, TextChoices
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from api_proxy.aom import Answer, Aom
from api_proxy.comparing import differences, fingerprint
from api_proxy.models import ABSENT, Submission, Undertaking
from api_proxy.refusal import NO_REFUSAL, Declined, Refusal
from api_proxy.transport import Limits, UpstreamError, outcome
from editor.api.problems import Problem
from editor.flow import limits
from editor.flow.say import Said, mark, say

State = Submission.State
Operation = Submission.Operation

#: So often a rule is sent at most, the second time only after reading back that nothing was changed.
MOST_ATTEMPTS: Final = 2
#: How long a call may take while a lease runs: of the cloud's pauses only short ones are waited for.
UNDER_LEASE: Final = Limits(peace=10)
#: After so long without a look that succeeded a person is asked.
UNCLEAR_AT_MOST: Final = timedelta(seconds=30)

REPLACED: Final = {
    Operation.UPDATE: mark("The rule over there was replaced."),
    Operation.CREATE: mark("There was no rule of this name over there; it was created."),
}
READS_SO: Final = mark("{done} Read back, it says what was sent.")
READS_OTHERWISE: Final = mark("{done} Read back, it differs in {names}: look at what the service made of it.")
NOT_READ: Final = mark("{done} It could not be read back: {reason}")
NOT_SENT: Final = mark("{answer} Nothing was sent.")
UNTOUCHED: Final = mark("{answer} Nothing was changed over there.")
UNCLEAR: Final = mark(
    "{answer} Nobody knows yet whether the rule was changed over there; Groupflow goes on looking by itself."
)
GIVEN_UP: Final = mark(
    "{answer} Nobody knows whether the rule was changed over there, and it could not be read back: {reason} "
    "Look again when that is mended, or look there yourself."
)
ARRIVED: Final = mark("{answer} Read back, the rule over there says what was sent: it arrived.")
NOT_ARRIVED: Final = mark("{answer} Read back, the rule over there is as it was before.")
TWICE_IN_VAIN: Final = mark(
    "{answer} It was sent twice, and the rule over there is still as it was before. "
    "Find out what keeps the service from answering, then submit again."
)
HELD_BACK: Final = mark(
    "{answer} Read back, the rule over there is as it was before. It was not sent once more, since the service did not "
    "take another rule either: {reason} Find out what keeps it from answering, then submit again."
)
DRIFTED: Final = mark(
    "{answer} Read back, the rule over there is neither what was sent nor what was there before: somebody else changed "
    "it, or the service did. Compare with a dry run, then decide."
)
STALE: Final = mark(
    "The rule over there is no longer the one that you were shown. Compare with a dry run, then submit again."
)
FULL: Final = mark(
    "There is no rule of this name over there, and the project has {count} grouping rules already, the most that the "
    "service takes. Remove one there."
)
ABSENT_THERE: Final = mark(
    "There is no rule of this name over there; a submission would create it. The project has {count} grouping rules of "
    "the {most} that the service takes."
)
LAST: Final = mark(
    "There is no rule of this name over there; a submission would create it. It would be the last of the {most} "
    "grouping rules that the service takes in a project."
)


@dataclass(frozen=True)
class Live:
    """The rule of one name as it is over there, None where there is none, and how many rules the project shows."""

    rule: Mapping[str, Any] | None
    count: int

    @property
    def fingerprint(self) -> str:
        return ABSENT if self.rule is None else fingerprint(self.rule)


def look(aom: Aom, name: object) -> Live:
    """What is over there under ``name``. Raises UpstreamError."""
    rules = aom.group_rules()
    return Live(next((rule for rule in rules if rule.get("name") == name), None), len(rules))


def record_end(
    row: Undertaking, state: TextChoices, sentence: Said, refusal: Refusal = NO_REFUSAL, **members: Any
) -> None:
    """Write an outcome, twice if need be: what happened over there cannot be taken back.

    Raises Problem 503 that says what happened all the same; the row stays under way and is settled later.
    """
    ending = {**told(sentence, refusal), **members}
    for attempt in (1, 2):
        try:
            row.advance(state=state, finished=timezone.now(), lease_until=None, **ending)
        except Error:
            if attempt == 1:
                close_old_connections()
                continue
            text = mark("The outcome could not be recorded here. What the cloud answered: {answer}")
            named: dict[str, Any] = {row.CALLED: str(row.pk)}
            raise Problem(503, "Outcome not recorded", say(text, answer=sentence), **named) from None
        return


def begin_unclear(row: Submission) -> None:
    """Nobody knows what became of the sending: the time runs within which a look has to succeed."""
    row.advance(state=State.UNKNOWN, unclear_since=Coalesce(F("unclear_since"), Now()))


def leave_unclear(
    row: Submission, cause: Said, reason: str, refusal: Refusal = NO_REFUSAL, ending: str = GIVEN_UP
) -> None:
    """After a look that failed for ``reason``, or that led no further: whoever looks next takes the row, or a person is
    asked where that has been so for too long, in the words of ``ending``. ``cause`` is what left it unclear.

    Raises LeaseLost, and Problem 503 where that could not be recorded.
    """
    if Submission.objects.filter(pk=row.pk, unclear_since__lt=Now() - UNCLEAR_AT_MOST).exists():
        record_end(row, State.NEEDS_HUMAN, say(ending, answer=cause, reason=reason), refusal)
    else:
        row.advance(lease_until=Now(), **told(say(UNCLEAR, answer=cause), refusal))


class Sending:
    """One submission whose lease this process holds, and the way to where it goes.

    ``begin`` and ``settle`` bring it to an outcome, or to "unknown" where none can be had now. They raise LeaseLost
    where another process has taken over, Problem 503 where the outcome could not be recorded.
    """

    def __init__(self, aom: Aom, row: Submission) -> None:
        self.aom = aom
        self.row = row
        self.document = row.version.content
        self.content = row.version.document.encode()

    def begin(self) -> None:
        """Look at what is over there, and send unless something speaks against it. A dry run only looks."""
        try:
            live = look(self.aom, self.document.get("name"))
        except UpstreamError as error:
            self._end(State.REJECTED, say(NOT_SENT, answer=error.sentence), _refusal(error))
            return
        self.row.advance(
            operation=Operation.CREATE if live.rule is None else Operation.UPDATE,
            before=live.fingerprint,
            overwritten="" if live.rule is None else json.dumps(live.rule, ensure_ascii=False),
        )
        if self.row.dry_run:
            self._compare(live)
        elif objection := self._objection(live):
            self._end(State.REJECTED, say(NOT_SENT, answer=objection))
        else:
            self._send()

    def settle(self, cause: Said, refusal: Refusal, is_refused: bool = False) -> None:
        """Find out by reading back what ``cause`` left open, and send once more where nothing was changed, unless the
        service has already refused (``is_refused``) or just let another rule hang."""
        begin_unclear(self.row)
        try:
            live = look(self.aom, self.document.get("name")).fingerprint
        except UpstreamError as error:
            leave_unclear(self.row, cause, error.sentence, refusal)
            return
        if live == fingerprint(self.document):
            self._end(State.SUCCEEDED, say(ARRIVED, answer=cause), refusal)
        elif live != self.row.before:
            self._end(State.DRIFTED, say(DRIFTED, answer=cause), refusal)
        elif is_refused:
            self._end(State.REJECTED, say(NOT_ARRIVED, answer=cause), refusal)
        elif self.row.attempts >= MOST_ATTEMPTS:
            self._end(State.NEEDS_HUMAN, say(TWICE_IN_VAIN, answer=cause), refusal)
        elif self.aom.silence is not None:
            leave_unclear(self.row, cause, self.aom.silence.sentence, refusal, HELD_BACK)
        else:
            self._send()

    def _end(self, state: Submission.State, sentence: Said, refusal: Refusal = NO_REFUSAL, **members: Any) -> None:
        record_end(self.row, state, sentence, refusal, **members)

    def _objection(self, live: Live) -> Said | None:
        """What speaks against sending, before the call."""
        if self.row.expected and self.row.expected != live.fingerprint:
            return say(STALE)
        return say(FULL, count=live.count) if live.rule is None and live.count >= limits.RULES_PER_PROJECT else None

    def _compare(self, live: Live) -> None:
        comparison, sentence = _compared(self.document, live)
        request = self.aom.described("POST" if live.rule is None else "PUT")
        self._end(State.PREPARED, say(NOT_SENT, answer=sentence), comparison=comparison, request=request)

    def _send(self) -> None:
        self.row.advance(state=State.SENDING, attempts=self.row.attempts + 1, unclear_since=None)
        is_create = self.row.operation == Operation.CREATE
        write = self.aom.create_group_rule if is_create else self.aom.update_group_rule
        try:
            answer = write(self.content)
        except UpstreamError as error:
            self._without_answer(error)
        else:
            self._with_answer(answer)

    def _with_answer(self, answer: Answer) -> None:
        if answer.outcome == "succeeded":
            self._read_back(say(REPLACED[Operation(self.row.operation)]), answer.refusal)
        elif answer.outcome == "rejected":
            self._refused(answer.sentence, answer.refusal)
        else:
            self.settle(answer.sentence, answer.refusal)

    def _without_answer(self, error: UpstreamError) -> None:
        is_refusal = error.status is not None and outcome(error.status) == "rejected"
        if error.applied is False or is_refusal:
            self._refused(error.sentence, _refusal(error))
        else:
            self.settle(error.sentence, _refusal(error))

    def _refused(self, sentence: Said, refusal: Refusal) -> None:
        """A refusal settles the matter, unless an earlier sending is still without an answer."""
        if self.row.attempts > 1:
            self.settle(sentence, refusal, is_refused=True)
        else:
            self._end(State.REJECTED, say(UNTOUCHED, answer=sentence), refusal)

    def _read_back(self, done: Said, refusal: Refusal) -> None:
        """Only 204 is success; what is read after it is told beside it and takes nothing back."""
        try:
            live = look(self.aom, self.document.get("name"))
        except UpstreamError as error:
            self._end(State.SUCCEEDED, say(NOT_READ, done=done, reason=error.sentence), refusal)
            return
        different = differences(self.document, live.rule or {})
        ending = READS_OTHERWISE if different else READS_SO
        self._end(State.SUCCEEDED, say(ending, done=done, names=shortened(different)), refusal)


def _compared(document: Mapping[str, Any], live: Live) -> tuple[str, Said]:
    if live.rule is None:
        return Submission.Comparison.ABSENT, _creation(live.count)
    different = differences(document, live.rule)
    if not different:
        return Submission.Comparison.EQUAL, say("The rule over there says the same already.")
    return Submission.Comparison.DIFFERS, say("The rule over there differs in {names}.", names=shortened(different))


def _creation(count: int) -> Said:
    """What making one more rule meets, of which there are ``count``."""
    most = limits.RULES_PER_PROJECT
    if count >= most:
        return say(FULL, count=count)
    if count == most - 1:
        return say(LAST, most=most)
    return say(ABSENT_THERE, count=count, most=most)


def shortened(names: list[str]) -> str:
    """At most ten of ``names`` as a text."""
    shown = ", ".join(names[:10])
    return say("{names} and more", names=shown) if len(names) > 10 else shown


def _refusal(error: UpstreamError) -> Refusal:
    return error.refusal if isinstance(error, Declined) else Refusal(error.status or 0)


def told(sentence: Said, refusal: Refusal) -> dict[str, Any]:
    """An outcome as a row keeps it."""
    return {"detail": str(sentence), "said": sentence.as_json(), **refusal.as_members()}
