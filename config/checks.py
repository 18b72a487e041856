"""What a wrong setting would break, told as errors before anybody is served. ``check --deploy`` runs all of them."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

SQLITE: Final = "django.db.backends.sqlite3"
LEAST_KEY: Final = 50
SQLITE_FOR_ONE: Final = "To serve from several machines, set DATABASE_URL to a PostgreSQL server."
#: What must stand in the pragmas of SQLite, and what happens without it.
PRAGMAS: Final[Mapping[str, str]] = {
    "journal_mode=wal": "readers and writers keep each other waiting",
    "synchronous=full": "a submission that was on record may be gone after a power cut",
}
#: File systems whose locks SQLite cannot trust.
NETWORK: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb", "smb3", "smbfs", "afs", "9p", "ceph", "lustre", "ncpfs", "beegfs"}
    | {"fuse.sshfs", "fuse.glusterfs", "fuse.s3fs"}
)


def register_checks() -> None:
    """Make Django run these: all with ``check --deploy``, those on the database at every start too."""
    register(check_sqlite, Tags.compatibility)
    for check in (check_debug, check_secret_key, check_hosts, check_cookies, check_doors):
        register(check, Tags.security, deploy=True)


def check_debug(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Pages of errors tell strangers nothing."""
    if not settings.DEBUG:
        return []
    return [_error("E001", "GROUPFLOW_DEBUG is on: pages of errors show the program to everybody.", "Switch it off.")]


def check_secret_key(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The key that signs sessions cannot be guessed."""
    key = str(settings.SECRET_KEY)
    if len(key) >= LEAST_KEY and len(set(key)) >= 5 and not key.startswith("django-insecure-"):
        return []
    hint = "Make one: python -c 'import secrets; print(secrets.token_urlsafe(64))'"
    return [_error("E002", f"SECRET_KEY can be guessed: it takes {LEAST_KEY} random characters.", hint)]


def check_hosts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The names under which the app is reached are known."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    hint = "Write the names under which people reach it."
    return [_error("E003", "ALLOWED_HOSTS takes every name: links in answers could lead to a stranger's host.", hint)]


def check_cookies(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Sessions travel over https alone, and no script reads them."""
    is_safe = settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE and settings.SESSION_COOKIE_HTTPONLY
    if is_safe:
        return []
    return [_error("E004", "Cookies of sessions go over plain http.", "Set GROUPFLOW_HTTPS=on.")]


def check_doors(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Nothing stands open that is meant for trying things out."""
    found: list[CheckMessage] = []
    if settings.SANDBOX_URL:
        found.append(_error("E005", "SANDBOX_URL is set: rules could go to the sandbox unseen.", "Leave it empty."))
    if settings.METRICS == "open":
        hint = "Write local (this machine, and the tokens of admins) or off."
        found.append(_error("E006", "GROUPFLOW_METRICS is open: everybody reads the metrics.", hint))
    if settings.PROCESS_HOSTS > 1 and settings.DATABASES["default"]["ENGINE"] == SQLITE:
        text = "GROUPFLOW_HOSTS is more than 1: several machines cannot share SQLite."
        found.append(_error("E007", text, SQLITE_FOR_ONE))
    return found


def check_sqlite(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """SQLite is set so that concurrent saves wait instead of failing, on a disk whose locks hold."""
    database = settings.DATABASES["default"]
    if database["ENGINE"] != SQLITE:
        return []
    return [*_pragmas(database.get("OPTIONS", {})), *_file_system(Path(str(database["NAME"])))]


def _pragmas(options: Mapping[str, Any]) -> Iterator[CheckMessage]:
    written = str(options.get("init_command", "")).replace(" ", "").lower()
    for pragma, harm in PRAGMAS.items():
        if pragma not in written:
            yield _error("E008", f"SQLite runs without {pragma}: {harm}.", "Put it into init_command.")
    if options.get("transaction_mode") != "IMMEDIATE":
        hint = "Set transaction_mode to IMMEDIATE."
        yield _error("E009", "SQLite's transactions are not IMMEDIATE: saves fail while others save.", hint)
    if float(options.get("timeout", 0)) < 5:
        yield _error("E010", "SQLite waits less than 5 seconds for a lock: saves fail.", "Set timeout to 20.")


def _file_system(path: Path) -> Iterator[CheckMessage]:
    kind = file_system(path)
    if kind in NETWORK:
        text = f"The SQLite database is on a network file system ({kind}), whose locks do not hold."
        yield _error("E011", text, "Move GROUPFLOW_VAR to a local disk, or set DATABASE_URL to a PostgreSQL server.")


def file_system(path: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """The type of the file system that ``path`` is on, by the table ``mounts``; empty where the system has none."""
    try:
        lines = [line.split(" ") for line in mounts.read_text().splitlines()]
    except OSError:
        return ""
    there = os.path.realpath(path)
    # The longest mount point that holds the path, of equal ones the last: it lies on top.
    fits = [(len(line[1]), number) for number, line in enumerate(lines) if _holds(line[1], there)]
    return lines[max(fits)[1]][2] if fits else ""


def _holds(mount: str, path: str) -> bool:
    mount = mount.replace("\\040", " ")
    return mount == "/" or path == mount or path.startswith(f"{mount}/")


def _error(number: str, message: str, hint: str) -> Error:
    return Error(message, hint=hint, id=f"config.{number}")
