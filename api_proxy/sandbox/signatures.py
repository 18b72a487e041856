"""Access keys, and whether a request is signed with one: SDK-HMAC-SHA256, as the published signing guide says."""

import hmac
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote, unquote

from .answers import ACCESS_KEY, PROJECT_ID, SECRET_KEY, Refusal, gateway_error, gateway_refusal
from .reading import Request

ALGORITHM = "SDK-HMAC-SHA256"
MOST_SKEW_S = 15 * 60
#: More failures in a row than this lock a key.
MOST_FAILURES = 5
LOCK_S = 5 * 60
UNSIGNED = "UNSIGNED-PAYLOAD"
_DATE = "%Y%m%dT%H%M%SZ"
_AUTHORIZATION = re.compile(
    rf"{ALGORITHM} Access=([^,\s]+), ?SignedHeaders=([a-z0-9;.-]+), ?Signature=([0-9a-f]{{64}})"
)


@dataclass(frozen=True)
class Key:
    """An access key and its secret. A temporary one has a security token, and ends at a time in seconds since 1970."""

    access_key: str
    secret_key: str = field(repr=False)
    security_token: str | None = field(default=None, repr=False)
    expires_at: float | None = None
    project_id: str = PROJECT_ID


@dataclass
class _Lock:
    failures: int = 0
    until: float = 0.0


class Signatures:
    """Knows the keys and judges signed requests; every refusal is the gateway's 401."""

    def __init__(self, clock: Callable[[], float], keys: Sequence[Key] = ()) -> None:
        self._clock = clock
        self._given = (Key(ACCESS_KEY, SECRET_KEY), *keys)
        self._lock = threading.Lock()
        self.start_anew(())

    def start_anew(self, keys: Sequence[Key]) -> None:
        """Only the keys given at the start and these are known; none is locked."""
        with self._lock:
            self._keys = {key.access_key: key for key in (*self._given, *keys)}
            self._locks: dict[str, _Lock] = {}

    def covers(self, request: Request) -> bool:
        """Whether the request comes with a signature, and not with a token."""
        return "x-auth-token" not in request.headers and "authorization" in request.headers

    def project_of(self, request: Request) -> str:
        """The project of the key that signed the request; the gateway's refusal when it is not rightly signed."""
        match = _AUTHORIZATION.fullmatch(request.headers["authorization"])
        if match is None:
            raise gateway_refusal(401, "verify aksk signature fail, the Authorization header cannot be read")
        access_key, names, signature = match.groups()
        key = self._key(access_key)
        self._check_time(request)
        canonical = canonical_request(request, names)
        right = hmac.compare_digest(signature_of(canonical, request.headers["x-sdk-date"], key.secret_key), signature)
        self._count(access_key, right and _signs_enough(request, names))
        if not right or not _signs_enough(request, names):
            raise gateway_refusal(
                401, f"verify aksk signature fail, canonicalRequest:{canonical.replace(chr(10), '|')}"
            )
        self._check_token(request, key)
        return key.project_id

    def _key(self, access_key: str) -> Key:
        with self._lock:
            key, lock = self._keys.get(access_key), self._locks.get(access_key)
        if key is None:
            raise gateway_refusal(401, f"ak {access_key} not exist")
        if lock is not None and self._clock() < lock.until:
            raise gateway_refusal(401, "AK access failed to reach the limit,forbidden.")
        return key

    def _check_time(self, request: Request) -> None:
        now = self._clock()
        given = request.headers.get("x-sdk-date", "")
        try:
            signed_at = datetime.strptime(given, _DATE).replace(tzinfo=UTC).timestamp()
        except ValueError:
            raise gateway_refusal(401, "x-sdk-date not found or not of the form YYYYMMDDTHHMMSSZ") from None
        if abs(signed_at - now) > MOST_SKEW_S:
            raise _skew_refusal(given, now)

    def _check_token(self, request: Request, key: Key) -> None:
        given = request.headers.get("x-security-token")
        if given != key.security_token:
            raise gateway_refusal(401, "the X-Security-Token is not the one of the ak")
        if key.expires_at is not None and key.expires_at <= self._clock():
            raise gateway_refusal(401, "the security token has expired")

    def _count(self, access_key: str, right: bool) -> None:
        with self._lock:
            lock = self._locks.setdefault(access_key, _Lock())
            lock.failures = 0 if right else lock.failures + 1
            if lock.failures > MOST_FAILURES:
                lock.failures, lock.until = 0, self._clock() + LOCK_S


def _skew_refusal(signed_at: str, now: float) -> Refusal:
    server = datetime.fromtimestamp(now, UTC).strftime(_DATE)
    text = "Incorrect app authentication information: signature expired"
    return gateway_error(401, "APIGW.0303", f"{text}, signature time:{signed_at},server time:{server}")


def canonical_request(request: Request, signed_headers: str) -> str:
    """What is signed of a request; `signed_headers` are lower-case names joined by semicolons."""
    names = signed_headers.split(";")
    fields = "".join(f"{name}:{request.headers.get(name, '').strip()}\n" for name in names)
    body = request.headers.get("x-sdk-content-sha256") if "x-sdk-content-sha256" in names else None
    digest = UNSIGNED if body == UNSIGNED else sha256(request.body).hexdigest()
    return "\n".join((request.method, _path(request.path), _query(request.query), fields, signed_headers, digest))


def signature_of(canonical: str, date: str, secret_key: str) -> str:
    """The signature of a canonical request, in hex; `date` as in X-Sdk-Date."""
    to_sign = f"{ALGORITHM}\n{date}\n{sha256(canonical.encode()).hexdigest()}"
    return hmac.new(secret_key.encode(), to_sign.encode(), sha256).hexdigest()


def _path(path: str) -> str:
    coded = "/".join(quote(part, safe="~") for part in unquote(path).split("/"))
    return coded if coded.endswith("/") else coded + "/"


def _query(query: str) -> str:
    pairs = (part.partition("=") for part in query.split("&") if part)
    plain = sorted((unquote(name), unquote(value)) for name, _, value in pairs)
    return "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in plain)


def _signs_enough(request: Request, signed_headers: str) -> bool:
    """Whether the host and the date are signed, and the token and the project where they are given."""
    signed = set(signed_headers.split(";"))
    wanted = {"host", "x-sdk-date"}
    wanted |= {"x-security-token", "x-project-id", "x-domain-id"} & request.headers.keys()
    return wanted <= signed


def read_keys(seeds: Sequence[Mapping[str, Any]], now: float) -> list[Key]:
    """The keys of a reset: objects with access_key, secret_key, and for temporary ones security_token and
    expires_in_s; ValueError says which is wrong."""
    return [_read_key(seed, f"keys[{number}]", now) for number, seed in enumerate(seeds)]


def _read_key(seed: Mapping[str, Any], at: str, now: float) -> Key:
    texts = {"access_key", "secret_key", "security_token"}
    if unknown := sorted(seed.keys() - texts - {"expires_in_s"}):
        raise ValueError(f"{at} has unknown member(s) {', '.join(unknown)}")
    for name in texts & {"access_key", "secret_key", *seed}:
        if not isinstance(seed.get(name), str) or not re.fullmatch(r"[!-~]+", seed[name]):
            raise ValueError(f"{at}.{name} must be a string of printable ASCII characters without blanks")
    ends = seed.get("expires_in_s")
    if ends is not None and type(ends) not in (int, float):
        raise ValueError(f"{at}.expires_in_s must be a number of seconds")
    return Key(seed["access_key"], seed["secret_key"], seed.get("security_token"), None if ends is None else now + ends)
