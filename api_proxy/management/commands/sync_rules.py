"""``manage.py sync_rules``: look over every connection what lives there; a timer learns by the exit status whether that
is what was put there."""

import json
from dataclasses import dataclass, field
from typing import Any, Final

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from api_proxy.drift import look
from api_proxy.importing import Imported, import_rules
from api_proxy.models import Connection, LiveState
from api_proxy.standing import NEVER, Standing, counted_states, standings
from editor.api.problems import Problem

#: In whose name rules are imported where no author is given: an account that nobody can log in with.
AUTHOR: Final = "sync_rules"
DRIFT: Final = 1
NOT_LOOKED: Final = 2


@dataclass(frozen=True)
class Synced:
    """What one connection came to; ``failure`` says why nothing could be seen, else it is empty."""

    connection: str
    found: list[Standing] = field(default_factory=list)
    imported: list[Imported] = field(default_factory=list)
    failure: str = ""

    @property
    def drifted(self) -> list[Standing]:
        return [one for one in self.found if one.is_drift]

    @property
    def status(self) -> int:
        return NOT_LOOKED if self.failure else DRIFT if self.drifted else 0

    def lines(self) -> list[str]:
        """One line for the connection, and one for each rule that was imported or has drifted."""
        if self.failure:
            return [f"{self.connection}: could not look. {self.failure}"]
        taken = [f"{self.connection}: {one.detail}" for one in self.imported]
        drifted = [f"{self.connection}: {one.name}: {one.detail}" for one in self.drifted]
        return [*taken, *drifted, f"{self.connection}: {counted_states(self.found) or 'no rules'}"]

    def as_json(self) -> dict[str, Any]:
        return {
            "connection": self.connection,
            "drift": bool(self.drifted),
            "failure": self.failure,
            "imported": [one.as_json() for one in self.imported],
            "results": [one.as_json() for one in self.found if one.state != NEVER],
        }


class Command(BaseCommand):
    help = (
        "Look over every connection what lives there and store how it stands. "
        "Exit status: 0 as it was put there, 1 drift, 2 where a connection could not be looked over."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--connection", metavar="NAME", help="look over this connection only")
        parser.add_argument("--import-new", action="store_true", help="import the rules that nobody here knows")
        parser.add_argument(
            "--author", metavar="USER", help=f"who imports them; else {AUTHOR}, an account without a password"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        author = _author(options["author"]) if options["import_new"] else None
        done = [_synced(connection, author) for connection in _connections(options["connection"])]
        if options["json"]:
            self.stdout.write(json.dumps({"results": [one.as_json() for one in done]}, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(line for one in done for line in one.lines()) or "There is no connection yet.")
        status = max((one.status for one in done), default=0)
        if status:
            raise SystemExit(status)


def _synced(connection: Connection, author: User | None) -> Synced:
    """Look over one connection, and import what is new where there is an author."""
    try:
        look(connection)
        new = [row.name for row in LiveState.objects.filter(connection=connection, state=LiveState.State.FOREIGN)]
        imported = import_rules(author, connection, new) if author is not None and new else []
    except Problem as problem:
        return Synced(connection.name, failure=str(problem))
    return Synced(connection.name, standings(Connection.objects.get(pk=connection.pk)), imported)


def _connections(name: str | None) -> list[Connection]:
    found = list(Connection.objects.all() if name is None else Connection.objects.filter(name=name))
    if name is not None and not found:
        known = ", ".join(Connection.objects.values_list("name", flat=True)) or "none"
        raise CommandError(f"There is no connection {name!r}; known are: {known}.", returncode=NOT_LOOKED)
    return found


def _author(name: str | None) -> User:
    if name is None:
        return User.objects.get_or_create(username=AUTHOR, defaults={"is_active": False, "password": "!"})[0]
    found = User.objects.filter(username=name).first()
    if found is None:
        raise CommandError(f"There is no account {name!r}.", returncode=NOT_LOOKED)
    return found
