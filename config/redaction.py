"""The net under everything that is written down: what is called a secret, looks like one or is known to be one is
masked, and nothing moves a terminal or breaks a line."""

import html
import json
import re
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, quote_plus

MASK: Final = "••••"
#: So much of one text is written down.
MOST_CHARACTERS: Final = 16_384
MOST_DEPTH: Final = 8
#: Shorter texts stand in innocent words too, and are masked by their names alone.
LEAST_CHARACTERS: Final = 6
#: So many secrets are remembered, the newest.
MOST_SECRETS: Final = 256

_WORDS: Final = (
    r"pass(?:word|wd|phrase)|secret|token|authorization|cookie|credential|sessionid|session[_-](?:id|key)"
    r"|x[_-]sdk|(?:api|access|private|encryption|signing)[_-]?key"
)
_SHORT: Final = r"(?:ak|sk|creds?|session)"
#: Names of members, header fields, settings and variables whose values nobody reads.
SECRET_NAME: Final = re.compile(rf"{_WORDS}|(?<![a-z0-9]){_SHORT}(?![a-z0-9])", re.IGNORECASE)
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# A name within a text, and what it is set to: "name: value", "name=value", "'name': 'value'", "(b'name', b'value')".
_NAMED: Final = (
    rf"(?P<name>(?:{_WORDS})[\w-]{{0,40}}|(?<![A-Za-z0-9]){_SHORT}(?![A-Za-z0-9])"
    "|(?-i:(?<=[a-z0-9])[AS]k)(?![A-Za-z0-9]))"
)
_QUOTED: Final = re.compile(
    rf"""{_NAMED}(?P<between>\\?["']\s*[:,=]\s*b?)(?P<quote>\\?["'])(?P<value>.*?)(?P=quote)""",
    re.IGNORECASE | re.DOTALL,
)
_TO_THE_END: Final = re.compile(
    r"(?P<name>authorization|cookie)(?P<between>\s*[:=]\s*)(?P<value>[^\r\n]+)", re.IGNORECASE
)
_BARE: Final = re.compile(rf"""{_NAMED}(?P<between>\s*[:=]\s*b?["']?)(?P<value>[^\s,;&"'<>)\]}}]+)""", re.IGNORECASE)
# API tokens of this project, texts sealed under CREDENTIAL_KEYS, tokens of IAM.
_SHAPES: Final = re.compile(r"\bgf_[\w-]{16,}|\bgAAAA[\w-]{40,}={0,2}|\bMII[\w+/=-]{60,}")
_UNSEEMLY: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


class Register:
    """The secrets that this process has seen, in every spelling in which they could turn up again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, tuple[str, ...]] = OrderedDict()

    def add(self, *secrets: str) -> None:
        """Remember ``secrets``; the oldest are forgotten once there are MOST_SECRETS."""
        with self._lock:
            for secret in secrets:
                if len(secret) < LEAST_CHARACTERS:
                    continue
                if secret not in self._seen:
                    self._seen[secret] = tuple(spellings(secret))
                self._seen.move_to_end(secret)
            while len(self._seen) > MOST_SECRETS:
                self._seen.popitem(last=False)

    def masked(self, text: str) -> str:
        with self._lock:
            seen = list(self._seen.values())
        for spelt in seen:
            for spelling in spelt:
                text = text.replace(spelling, MASK)
        return text


REGISTER: Final = Register()


def spellings(secret: str) -> list[str]:
    """How a text may repeat ``secret``: as it is, in JSON, in HTML, in an address, in Python; longest first."""
    in_json = [json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)]
    in_html = [html.escape(secret), html.escape(secret, quote=False)]
    in_address = [quote(secret, errors="replace"), quote(secret, "", errors="replace")]
    in_form = quote_plus(secret, errors="replace")
    return sorted({secret, *in_json, *in_html, *in_address, in_form, repr(secret)[1:-1]}, key=len, reverse=True)


def is_secret_name(name: str) -> bool:
    return SECRET_NAME.search(_HUMP.sub("_", name)) is not None


def masked(text: str) -> str:
    """``text`` without known secrets, without what looks like one, and without what follows the name of one."""
    return without_named(without_known(text))


def without_known(text: str) -> str:
    """``text`` without the secrets that this process has seen, and without what has the shape of one."""
    return _SHAPES.sub(MASK, REGISTER.masked(text))


def without_named(text: str) -> str:
    """``text`` in which the values are masked that follow the name of a secret."""
    text = _QUOTED.sub(rf"\g<name>\g<between>\g<quote>{MASK}\g<quote>", text)
    text = _TO_THE_END.sub(rf"\g<name>\g<between>{MASK}", text)
    return _BARE.sub(rf"\g<name>\g<between>{MASK}", text)


def seemly(text: str) -> str:
    """``text`` on one line: line ends, escape sequences and what turns the direction of writing are spelt out."""
    return _UNSEEMLY.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def clean(value: object, depth: int = 0) -> object:
    """``value`` as it may be written down: the same, of JSON's types, masked and on one line. Objects of other types
    say too much of themselves: only their type is named."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, bytes):
        return clean(value.decode(errors="backslashreplace"))
    if isinstance(value, str):
        return seemly(masked(value[:MOST_CHARACTERS]))
    if depth >= MOST_DEPTH:
        return "…"
    if isinstance(value, Mapping):
        return clean_members(value, depth + 1)
    if isinstance(value, list | tuple | set | frozenset):
        return [clean(item, depth + 1) for item in value]
    return str(value) if isinstance(value, float) else f"<{type(value).__name__}>"


def clean_members(members: Mapping[Any, object], depth: int = 0) -> dict[str, object]:
    """The members of an object, each ``clean``; those with the name of a secret are masked whole."""
    return {
        seemly(masked(str(name))): MASK if is_secret_name(str(name)) else clean(value, depth)
        for name, value in members.items()
    }
