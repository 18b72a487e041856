"""SDK-HMAC-SHA256: a request signed with an access key and its secret, byte for byte as the vendor's SDK signs it.

The SDK signs every header that is there. Here only those are signed that reach the gateway as they left.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from urllib.parse import quote, unquote, unquote_to_bytes

from api_proxy.secret import Secret
from api_proxy.transport import AddressRefused, Request
from editor.flow.say import say

ALGORITHM: Final = "SDK-HMAC-SHA256"
#: What replaces the body's hash where the body is neither JSON nor BSON.
UNSIGNED: Final = "UNSIGNED-PAYLOAD"
DATE_FORMAT: Final = "%Y%m%dT%H%M%SZ"
SIGNED_HEADERS: Final = frozenset(
    {
        "host",
        "content-type",
        "x-sdk-date",
        "x-project-id",
        "x-security-token",
        "enterprise-project-id",
        "x-sdk-content-sha256",
    }
)


@dataclass(frozen=True)
class Keys:
    """An access key, its secret, and for temporary ones the security token that goes with them."""

    access_key: str
    secret_key: Secret
    security_token: Secret | None = None


def sign(request: Request, keys: Keys, project_id: str, now: float) -> None:
    """Put the headers of a signature on ``request``, whose body has been read; ``now`` in seconds since 1970.
    Without a ``project_id`` the header that names the project is left out.

    Raises AddressRefused where the address reads in two ways, so that the signature could not be sure to fit.
    """
    _guard_address(request)
    headers = request.headers
    headers["X-Sdk-Date"] = datetime.fromtimestamp(now, UTC).strftime(DATE_FORMAT)
    if project_id:
        headers["X-Project-Id"] = project_id
    if keys.security_token is not None:
        headers["X-Security-Token"] = keys.security_token.reveal()
    if not headers.get("Content-Type", "application/json").startswith(("application/json", "application/bson")):
        headers["X-Sdk-Content-Sha256"] = UNSIGNED
    signed = sorted(SIGNED_HEADERS & headers.keys())
    signature = _signature(_string_to_sign(request, signed), keys.secret_key)
    headers["Authorization"] = (
        f"{ALGORITHM} Access={keys.access_key}, SignedHeaders={';'.join(signed)}, Signature={signature}"
    )


def _signature(text: str, secret_key: Secret) -> str:
    return hmac.new(secret_key.reveal().encode(), text.encode(), sha256).hexdigest()


def _string_to_sign(request: Request, signed: list[str]) -> str:
    digest = sha256(canonical_request(request, signed).encode()).hexdigest()
    return f"{ALGORITHM}\n{request.headers['X-Sdk-Date']}\n{digest}"


def canonical_request(request: Request, signed: list[str]) -> str:
    """What is signed of ``request``; ``signed`` are lower-case header names in order."""
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    fields = "".join(f"{name}:{request.headers[name].strip()}\n" for name in signed)
    digest = _body_digest(request.content, request.headers)
    return "\n".join((request.method, _canonical_path(path), _canonical_query(query), fields, ";".join(signed), digest))


def _body_digest(body: bytes, headers: Mapping[str, str]) -> str:
    unsigned = headers.get("x-sdk-content-sha256") if body else None
    return unsigned or sha256(body).hexdigest()


def _canonical_path(path: str) -> str:
    coded = "/".join(_coded(unquote(part)) for part in path.split("/"))
    return coded if coded.endswith("/") else f"{coded}/"


def _canonical_query(query: str) -> str:
    pairs = sorted((unquote(name), unquote(value)) for name, value in _pairs(query))
    return "&".join(f"{_coded(name)}={_coded(value)}" for name, value in pairs)


def _pairs(query: str) -> list[tuple[str, str]]:
    parts = (part.partition("=") for part in query.split("&") if part)
    return [(name, value) for name, _, value in parts]


def _coded(text: str) -> str:
    return quote(text, safe="~")


def _guard_address(request: Request) -> None:
    """A coded slash is a separator to some readers, "+" a blank, and bytes that are no UTF-8 are anything."""
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    if "%2f" in path.lower() or "+" in query or not _is_utf8(path) or not _is_utf8(query):
        sentence = say("The address on {host} cannot be signed: it reads in more than one way.", host=request.url.host)
        raise AddressRefused(sentence, applied=False)


def _is_utf8(coded: str) -> bool:
    try:
        unquote_to_bytes(coded).decode()
    except UnicodeDecodeError:
        return False
    return True
