"""Importing rules that live over a connection: each becomes a rule here, or the next version of one."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from api_proxy import drift
from api_proxy.comparing import different_members, fingerprint
from api_proxy.living import LiveRule, Living, living, moment, own_part
from api_proxy.models import Connection, Origin
from api_proxy.sending import shortened
from editor.flow import Document, Unreadable, read_document
from editor.flow.rule import Json
from editor.flow.say import Said, mark, say
from editor.models import NameTaken, Rule, Stale, Version
from editor.views import positions

log = logging.getLogger(__name__)

Outcome = Literal["created", "version", "equal", "taken", "missing", "unreadable"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("created", "version", "equal", "taken", "missing", "unreadable")
#: What becomes of a rule whose name is taken here by one that says otherwise: it is left, or it gets a next version.
CHOICES: Final = ("leave", "version")

CREATED: Final = mark("{name} was imported: a new rule here.")
NEXT: Final = mark("{name} was imported as version {version}; the earlier versions are kept.")
EQUAL: Final = mark("{name} says here already what it says over there (version {version}). Noted as found there.")
TAKEN: Final = mark(
    "{name} is here already and says otherwise in {names}. Nothing was imported. "
    "Compare the two, then import it as the next version, or leave it."
)
MOVED_ON: Final = mark("{name} was saved by somebody else meanwhile. Nothing was imported. Compare again, then decide.")
MISSING: Final = mark("There is no rule {name} over there any more. Nothing was imported.")
UNREADABLE: Final = mark("{name} cannot be read: {problem} Nothing was imported.")
MESSAGE: Final = mark("Imported from {connection}")
MESSAGE_WITH_TIME: Final = mark("Imported from {connection}, where it was changed last at {time} UTC")


@dataclass(frozen=True)
class Imported:
    """What became of one name; ``version`` is the version that says what lives there, None where none does."""

    name: str
    outcome: Outcome
    detail: Said
    version: Version | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "outcome": self.outcome,
            "detail": self.detail,
            "rule": str(self.version.rule_id) if self.version else None,
            "version": self.version.number if self.version else None,
        }


def import_rules(user: User, connection: Connection, names: Iterable[str], taken: str = "leave") -> list[Imported]:
    """Bring the rules of these names here, as they live over ``connection`` now; what became of each, in their order.

    Where the name is taken here by a rule that says otherwise, ``taken`` says what to do: "leave" it, or import as its
    next "version". Raises Problem where the cloud cannot be asked; then nothing was imported.
    """
    begun = timezone.now()
    found = living(connection)
    done = [_imported(user, connection, name, found, taken) for name in dict.fromkeys(names)]
    drift.store(connection, found, begun)
    log.info("%s imported over %s: %s", user, connection.id, {one.name: one.outcome for one in done})
    return done


def _imported(user: User, connection: Connection, name: str, found: Living, taken: str) -> Imported:
    live = found.rules.get(name)
    if live is None:
        return Imported(name, "missing", say(MISSING, name=name))
    try:
        document = _document(live)
    except Unreadable as error:
        problem = f"{error.findings[0].message} {error.findings[0].hint}"
        return Imported(name, "unreadable", say(UNREADABLE, name=name, problem=problem))
    rule = Rule.objects.live().filter(name=name).first()
    try:
        with transaction.atomic():
            done = _stored(user, connection, live, document, rule, taken)
            if done.version is not None:
                _note(user, connection, live, done.version)
            return done
    except (NameTaken, Stale):
        return Imported(name, "taken", say(MOVED_ON, name=name))


def _document(live: LiveRule) -> Document:
    """What its author wrote. Raises Unreadable."""
    document = own_part(live.strictly())
    read_document(document)
    return document


def _stored(
    user: User, connection: Connection, live: LiveRule, document: Document, rule: Rule | None, taken: str
) -> Imported:
    message = _message(connection, live)
    if rule is None:
        made = Rule.objects.start(user, document, positions(document), message)
        return Imported(live.name, "created", say(CREATED, name=live.name), made.current)
    current = rule.current
    if fingerprint(current.content) == live.fingerprint:
        return Imported(live.name, "equal", say(EQUAL, name=live.name, version=current.number), current)
    if taken != "version":
        names = shortened(different_members(current.content, document))
        return Imported(live.name, "taken", say(TAKEN, name=live.name, names=names))
    version = rule.save_version(user, current.number, document, _layout(document, current.positions), message)
    return Imported(live.name, "version", say(NEXT, name=live.name, version=version.number), version)


def _layout(document: Document, before: Json) -> Json:
    """The places that the cards have; anew where one of them is new, since it could come to lie on another."""
    placed = positions(document)
    assert isinstance(placed, Mapping)
    kept = before if isinstance(before, Mapping) else {}
    nodes, new = kept.get("nodes"), placed["nodes"]
    assert isinstance(new, Mapping)
    return kept if isinstance(nodes, Mapping) and new.keys() <= nodes.keys() else {**kept, **placed}


def _message(connection: Connection, live: LiveRule) -> str:
    changed = moment(live.update_time)
    if changed is None:
        return say(MESSAGE, connection=connection.name)
    return say(MESSAGE_WITH_TIME, connection=connection.name, time=f"{changed:%Y-%m-%d %H:%M}")


def _note(user: User, connection: Connection, live: LiveRule, version: Version) -> None:
    """Where the version was found; from here on what lives there is compared with it."""
    Origin.objects.create(
        version=version,
        connection=connection,
        connection_name=connection.name,
        region=connection.region,
        project_id=connection.project_id,
        fingerprint=live.fingerprint,
        update_time=live.update_time,
        author=user,
    )
