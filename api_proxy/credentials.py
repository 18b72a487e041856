"""The kinds of credentials: which secrets each is made of, what they may look like, and what may be shown of them."""

import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from api_proxy.secret import Secret
from editor.flow.say import Said, mark, say

PASSWORD_LENGTH: Final = 256
KEY_LENGTH: Final = 256
TOKEN_LENGTH: Final = 32768


class Kind(models.TextChoices):
    """How a connection signs in."""

    PASSWORD = "password", _("IAM user and password")
    KEYS = "keys", _("access key")
    TEMPORARY_KEYS = "temporary_keys", _("temporary access key")
    TOKEN = "token", _("IAM token")


#: What each kind is made of; all of it is secret.
SECRETS: Final[Mapping[str, tuple[str, ...]]] = {
    Kind.PASSWORD: ("password",),
    Kind.KEYS: ("access_key", "secret_key"),
    Kind.TEMPORARY_KEYS: ("access_key", "secret_key", "security_token"),
    Kind.TOKEN: ("token",),
}
ALL_SECRETS: Final[tuple[str, ...]] = ("password", "access_key", "secret_key", "security_token", "token")
#: These live for some hours; the cloud says until when.
ENDING: Final = (Kind.TEMPORARY_KEYS, Kind.TOKEN)
_LENGTHS: Final[Mapping[str, int]] = {
    "password": PASSWORD_LENGTH,
    "access_key": KEY_LENGTH,
    "secret_key": KEY_LENGTH,
    "security_token": TOKEN_LENGTH,
    "token": TOKEN_LENGTH,
}
_HEADER_TEXT: Final = re.compile(r"[!-~]+")
_ACCESS_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")


def faults(kind: str, given: Mapping[str, str], ends: datetime | None, now: datetime) -> dict[str, Said]:
    """What is wrong with secrets that are to be stored, by member name; empty where they fit ``kind``.

    ``given`` holds the texts by the names in ``ALL_SECRETS``. They come all together or not at all, since a half of
    them would not fit the other half that is stored.
    """
    wanted = SECRETS[kind]
    found = {name: _foreign(name, kind) for name in given if name not in wanted}
    if given:
        found |= {name: say("Enter this together with the others.") for name in wanted if name not in given}
    found |= {name: text for name in wanted if name in given and (text := _fault(name, given[name]))}
    end = _end_fault(kind, bool(given), ends, now)
    return {**found, **({"ends": end} if end else {})}


def _foreign(name: str, kind: str) -> Said:
    return say("{name} does not belong to credentials of the kind {kind}.", name=name, kind=kind)


def _fault(name: str, text: str) -> Said | None:
    most = _LENGTHS[name]
    if not 0 < len(text) <= most:
        if name == "password":
            return say("The password must have 1 to {most} characters.", most=most)
        return say("Enter 1 to {most} characters.", most=most)
    if name == "access_key" and not _ACCESS_KEY.fullmatch(text):
        return say("An access key has letters, digits, underscores and hyphens.")
    if name != "password" and not _HEADER_TEXT.fullmatch(text):
        return say("Use printable ASCII characters without blanks; nothing was stored.")
    return None


def _end_fault(kind: str, is_given: bool, ends: datetime | None, now: datetime) -> Said | None:
    if kind not in ENDING or not is_given:
        return say("An end is stored with a temporary key or a token, and together with it.") if ends else None
    if ends is None:
        return say("Say when it ends: the cloud tells it together with the secret.")
    return say("This time has gone by: fetch a new one in the cloud.") if ends <= now else None


ENDED: Final = mark("Its credentials ended at {time} (UTC). An admin enters new ones in the connection.")


def ended(ends: datetime | None, now: datetime) -> Said | None:
    """What to say of credentials that are over; None while they are good."""
    return say(ENDED, time=f"{ends:%Y-%m-%d %H:%M}") if ends is not None and ends <= now else None


def key_ending(secrets: Mapping[str, Secret]) -> str:
    """The last four characters of the access key, to tell keys apart; empty where there is none or it is short."""
    text = secrets["access_key"].reveal() if "access_key" in secrets else ""
    return text[-4:] if len(text) >= 12 else ""


def secret_fingerprint(secrets: Mapping[str, Secret]) -> str:
    """The start of the SHA-256 of the secret half, to see whether two are the same. Of a password there is none: it may
    be short enough to be guessed by it."""
    name = next((name for name in ("secret_key", "token") if name in secrets), None)
    return sha256(secrets[name].reveal().encode()).hexdigest()[:12] if name else ""
