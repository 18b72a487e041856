"""What an error answer says, whoever of the cloud wrote it: AOM, IAM or the gateway before them."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from api_proxy.transport import Response, UpstreamError, plain
from editor.flow.say import Said

#: The same four things under the names that the services give them, best first.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "code": ("error_code", "errorCode", "code"),
    "message": ("error_msg", "error_message", "errorMsg", "errorMessage", "message"),
    "type": ("error_type", "title"),
    "trace_id": ("trace_id", "request_id"),
}

_SIGNED_WITH = re.compile(r"(?:Access|Signature)=([^,\s]+)")


@dataclass(frozen=True)
class Refusal:
    """An error answer. Each text is plain and at most 1,024 characters, empty where the answer does not say."""

    status: int
    code: str = ""
    message: str = ""
    type: str = ""
    trace_id: str = ""

    def as_members(self) -> dict[str, object]:
        """The error under the names that the record and every answer of ours give it; no status is None."""
        return {
            "status": self.status or None,
            "error_code": self.code,
            "error_msg": self.message,
            "error_type": self.type,
            "trace_id": self.trace_id,
        }

    @property
    def text(self) -> str:
        """The refusal in a few words, without a full stop: status, code and message as far as they are there."""
        return " ".join(part for part in (str(self.status), self.code, self.message) if part).rstrip(" .")


NO_REFUSAL: Final = Refusal(0)


class Declined(UpstreamError):
    """The cloud answered a question, or a sign-in, with an error; nothing was changed by it."""

    def __init__(self, sentence: Said, refusal: Refusal) -> None:
        super().__init__(sentence, applied=False, status=refusal.status)
        self.refusal = refusal


def read_refusal(response: Response, secrets: Iterable[str] = ()) -> Refusal:
    """The error in ``response``, whatever its form; ``secrets`` are masked where the answer repeats them."""
    hidden = [*secrets, *_sent(response.request.headers)]
    body = _innermost(_json(response.content))
    said = {part: plain(_first(body, names), hidden) for part, names in _NAMES.items()}
    if not said["code"] and not said["message"]:
        said["message"] = plain(response.content[:8192].decode(errors="replace"), hidden)
    said["trace_id"] = said["trace_id"] or trace_id(response, hidden)
    return Refusal(response.status_code, **said)


def _sent(headers: Mapping[str, str]) -> list[str]:
    """What a request carried to sign in: a gateway may repeat it in its answer."""
    names = ("X-Auth-Token", "X-Security-Token", "Authorization")
    whole = [headers[name] for name in names if name in headers]
    return [*whole, *_SIGNED_WITH.findall(headers.get("Authorization", ""))]


def trace_id(response: Response, secrets: Iterable[str] = ()) -> str:
    """The name that the cloud gave to the request, for its support; empty where it gave none."""
    return plain(response.headers.get("X-Request-Id", ""), secrets)


def passable_json(content: bytes) -> object:
    """The JSON value of an answer, provided it can be passed on: Python also reads NaN and halves of character pairs.
    Raises ValueError."""
    try:
        value: object = json.loads(content)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def _json(content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _innermost(body: object) -> Mapping[str, object]:
    """The object that carries the error: the body, or the first object within it where the body itself says nothing."""
    if not isinstance(body, dict):
        return {}
    if any(name in body for names in (_NAMES["code"], _NAMES["message"]) for name in names):
        return body
    return next((inner for inner in body.values() if isinstance(inner, dict)), {})


def _first(body: Mapping[str, object], names: tuple[str, ...]) -> str:
    for name in names:
        value = body.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return str(value)
    return ""
