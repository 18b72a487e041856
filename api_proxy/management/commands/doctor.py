"""``manage.py doctor``: what is well here and what is not, a line each, with the mend."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, connection

from api_proxy.endpoints import UnknownRegion, coc_origin, endpoints
from api_proxy.models import Connection
from api_proxy.patience import http_date
from api_proxy.transport import UpstreamError, client
from config.health import look
from config.hosts import check_host

State = Literal["ok", "warning", "error"]
#: Seconds by which the clock may differ from the cloud's; at 15 minutes signed requests are refused.
SKEW_WARNED: Final = 60
SKEW_REFUSED: Final = 900
#: Bytes that should be free where the data is.
SPACE_WARNED: Final = 1024**3
SPACE_REFUSED: Final = 100 * 1024**2


@dataclass(frozen=True)
class Found:
    """How one thing is; ``detail`` says what to do where it is not well."""

    name: str
    state: State
    detail: str


class Command(BaseCommand):
    help = "Look at settings, database, disk, clock and the way to the cloud; exit with 1 where something is wrong."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(examined())
        if options["json"]:
            self.stdout.write(json.dumps({"results": [asdict(one) for one in found]}, indent=2))
        else:
            self.stdout.write("\n".join(f"{one.state:<8} {one.name}: {one.detail}" for one in found))
        if any(one.state == "error" for one in found):
            raise SystemExit(1)


def examined() -> Iterator[Found]:
    """Everything that can be looked at; the clouds only where the database names them."""
    yield from _settings()
    yield from _parts()
    yield from _database()
    yield _build()
    yield _disk()
    yield from _clouds()


def _settings() -> Iterator[Found]:
    every = [*run_checks(include_deployment_checks=True), *check_host(None, [connection.alias])]
    found = [one for one in every if not one.is_silenced()]
    for one in found:
        yield Found(str(one.id), "error" if one.level >= ERROR else "warning", f"{one.msg} {one.hint or ''}".strip())
    if not found:
        yield Found("settings", "ok", "nothing to complain of")


def _parts() -> Iterator[Found]:
    """What /readyz looks at, but for the reconciler: that lives in the server, and this is another process."""
    for name, part in look().items():
        if name != "reconciler":
            state: State = "ok" if part.state == "ok" else "error"
            yield Found(name, state, part.detail or "well")


def _database() -> Iterator[Found]:
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                yield Found("PostgreSQL", "ok", ".".join(map(str, connection.get_database_version())))
                return
            for pragma, wanted in (("journal_mode", "wal"), ("synchronous", "2")):
                cursor.execute(f"PRAGMA {pragma}")
                value = str(cursor.fetchone()[0])
                yield _equal(f"SQLite {pragma}", value, wanted)
    except Error:
        return  # told as part "database" already


def _equal(name: str, value: str, wanted: str) -> Found:
    if value == wanted:
        return Found(name, "ok", value)
    return Found(name, "error", f"It is {value} and should be {wanted}: see whether the disk allows it.")


def _build() -> Found:
    if all(Path(str(app["manifest_path"])).exists() for app in settings.DJANGO_VITE.values()):
        return Found("front end", "ok", "built")
    return Found("front end", "error", "It is not built, so no page can be shown: run make setup.")


def _disk() -> Found:
    free = shutil.disk_usage(settings.VAR_DIR).free
    shown = f"{free / 1024**2:,.0f} MiB are free where the data is"
    if free < SPACE_REFUSED:
        return Found("disk", "error", f"{shown}: make room, or saves fail soon.")
    if free < SPACE_WARNED:
        return Found("disk", "warning", f"{shown}: make room.")
    return Found("disk", "ok", shown)


def _clouds() -> Iterator[Found]:
    try:
        regions = list(Connection.objects.order_by("region").values_list("region", "coc_region").distinct())
    except Error:
        return  # told as part "database" already
    origins: dict[str, None] = {}
    for region, coc_region in regions:
        try:
            places = endpoints(region)
            origins |= dict.fromkeys((places.iam, places.aom, *([coc_origin(coc_region)] if coc_region else ())))
        except UnknownRegion as error:
            yield Found(region, "error", str(error))
    for origin in origins:
        yield from _cloud(origin)


def _cloud(origin: str) -> Iterator[Found]:
    """Whether ``origin`` answers, and what time it is there. The request carries nothing of any connection."""
    try:
        with client([origin]) as http:
            answer = http.head(f"{origin}/")
    except UpstreamError as error:
        yield Found(origin, "error", str(error.sentence))
        return
    yield Found(origin, "ok", "reached")
    yield clock(origin, answer.headers.get("Date", ""), datetime.now(UTC))


def clock(origin: str, text: str, now: datetime) -> Found:
    """The clock here against ``text``, the Date of an answer."""
    name = f"clock against {origin}"
    there = http_date(text)
    if there is None:
        return Found(name, "warning", "Its answer has no date to compare with.")
    skew = round((now - there).total_seconds())
    shown = f"{abs(skew)} seconds {'ahead' if skew > 0 else 'behind'}"
    if abs(skew) < SKEW_WARNED:
        return Found(name, "ok", shown)
    state: State = "error" if abs(skew) >= SKEW_REFUSED else "warning"
    return Found(name, state, f"{shown}: set the clock of this machine by NTP; from 15 minutes on calls are refused.")
