"""Named faults, F1 to F16: what a cloud and the network before it do wrong, one line each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_AOM = {"path": "/v2/"}
_COC = {"path": "/v1/"}
_MEBIBYTE = 1024 * 1024
_LOGIN = "Incorrect IAM authentication information: "


@dataclass(frozen=True)
class Preset:
    """A fault's document, and what it does in a sentence."""

    sentence: str
    fault: Mapping[str, Any]


def _aom(status: int, code: str, message: str, kind: str = "PARAM_INVALID", **members: Any) -> dict[str, Any]:
    body = {"error_code": code, "error_msg": message, "error_type": kind, "trace_id": ""}
    return {"status": status, "body": {**body, **members}}


def _coc(status: int, code: str, message: str) -> dict[str, Any]:
    return {"status": status, "body": {"error_code": code, "error_msg": message}, "match": _COC}


def _gateway(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    body = {"error_msg": message, "error_code": code, "request_id": "5a63903e690bcd18d9ddf5c2ca75e827"}
    return {"status": status, "body": body, "headers": {"Server": "api-gateway", **(headers or {})}}


def _page(status: int, text: str, content_type: str = "text/html; charset=utf-8", **members: Any) -> dict[str, Any]:
    return {"status": status, "body": text, "headers": {"Content-Type": content_type}, **members}


def _done(body: Any, **members: Any) -> dict[str, Any]:
    """A write that is carried out and answered oddly."""
    return {"status": 200, "body": body, "apply": True, **members}


def _named(name: str, sentence: str, fault: dict[str, Any]) -> tuple[str, Preset]:
    match = {} if "connect" in (fault.get("close"), fault.get("reset")) else {"match": _AOM}
    return name, Preset(sentence, {"preset": name, **match, **fault})


_THROTTLED = "The throttling threshold has been reached: policy user over ratelimit,limit:10,time:1 second"
_MISMATCH = "verify aksk signature fail, canonicalRequest:PUT|/v2/||host:aom.invalid||host|e3b0c44298fc1c149afbf4c8996f"
_SKEWED = (
    "Incorrect app authentication information: signature expired, "
    "signature time:20250102T030405Z,server time:20250102T032405Z"
)
_MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>&lt;b&gt; '\"`{{7*7}}"
_CONTROLS = "a\r\nSet-Cookie: b=c\x00\x1b[31mred\x07\u202eright to left\u2028line\ufeff"


def _refusals() -> Iterator[tuple[str, Preset]]:
    yield _named(
        "F1",
        "400: an update names a rule that is not there.",
        {**_aom(400, "AOM.08003002", "the groupName is not exist"), "match": {**_AOM, "method": "PUT"}},
    )
    yield _named("F1-short-code", "400 with a code of eight characters.", _aom(400, "AOM.0400", "bad request"))
    yield _named("F1-null-trace", "400 with a trace id of null.", _aom(400, "AOM.08003003", "bad", trace_id=None))
    yield _named(
        "F1-error-message",
        "400 that calls its text error_message.",
        {"status": 400, "body": {"error_code": "AOM.08032002", "error_message": "illegal body"}},
    )
    yield _named(
        "F1-cut-json", "400 with half a JSON object.", _page(400, '{"error_code": "AOM.08', "application/json")
    )
    yield _named("F1-html", "400 with a page of HTML.", _page(400, "<html><h1>Bad request</h1></html>"))
    yield _named("F1-empty", "400 without a body.", {"status": 400})
    yield _named("F1-array", "400 with an array.", {"status": 400, "body": [1, None]})
    yield _named(
        "F1-numbers",
        "400 with numbers for texts.",
        {"status": 400, "body": {"error_code": 8003002, "error_msg": 7, "trace_id": 1.5}},
    )
    yield _named("F1-quota", "300: the project has its hundred rules.", _aom(300, "AOM.08001300", "over 100."))
    yield _named("F2", "Every token ends now, so this request gets 401.", {"end_tokens": True})
    yield _named(
        "F2-renew", "401: the token must be updated.", _gateway(401, "APIGW.0307", "The token must be updated")
    )
    yield _named("F3", "401: the signature is wrong.", _gateway(401, "APIGW.0301", _LOGIN + _MISMATCH))
    yield _named(
        "F3-locked",
        "401: the key is locked after too many wrong signatures.",
        _gateway(401, "APIGW.0301", f"{_LOGIN}AK access failed to reach the limit,forbidden."),
    )
    yield _named(
        "F4",
        "401: the signature is too old, and the Date field is 20 minutes ahead.",
        {**_gateway(401, "APIGW.0303", _SKEWED), "clock_skew_s": 1200},
    )
    yield _named("F4-ahead", "The Date field is 20 minutes ahead.", {"clock_skew_s": 1200})
    yield _named("F4-behind", "The Date field is 20 minutes behind.", {"clock_skew_s": -1200})
    yield _named("F5", "403: not authorized.", _aom(403, "AOM.0403", "auth failed.", "AUTH_FAILED", trace_id=None))
    yield _named("F5-forbidden", "403 in its other words.", _aom(403, "AOM.0403", "Forbidden.", "SC_FORBIDDEN"))
    yield _named("F6", "404: there is no such API.", _gateway(404, "APIGW.0101", "The API does not exist"))
    yield _named("F6-413", "413: the body is too large.", _gateway(413, "APIGW.0201", "Request entity too large"))
    yield _named("F6-415", "415: the content type is not taken.", _gateway(415, "APIGW.0201", "Unsupported media type"))
    yield _named("F7", "409: the rule changed meanwhile.", _aom(409, "AOM.08003409", "conflict"))


def _throttling() -> Iterator[tuple[str, Preset]]:
    forms = {
        "": ("in seconds", {"Retry-After": "2"}),
        "-absent": ("left out", {}),
        "-negative": ("negative", {"Retry-After": "-5"}),
        "-huge": ("of thirty years", {"Retry-After": "1000000000"}),
        "-garbage": ("that means nothing", {"Retry-After": "soon; 5"}),
    }
    for suffix, (words, headers) in forms.items():
        name = f"F8{suffix or '-retry-after'}"
        yield _named(name, f"429 with a Retry-After {words}.", _gateway(429, "APIGW.0308", _THROTTLED, headers))
    dated = {**_gateway(429, "APIGW.0308", _THROTTLED), "retry_at_s": 2}
    yield _named("F8-retry-after-date", "429 with a Retry-After that is a date in two seconds.", dated)
    past = {**dated, "retry_at_s": -60}
    yield _named("F8-retry-after-past", "429 with a Retry-After that is a date gone by.", past)
    yield _named("F8-aom", "429 of AOM itself.", _aom(429, "AOM.08001429", "too many requests"))


def _failures() -> Iterator[tuple[str, Preset]]:
    texts = {500: "Internal server error", 502: "Bad gateway", 503: "Unavailable", 504: "Backend timed out"}
    for status, text in texts.items():
        fault = _gateway(status, "APIGW.0601" if status == 500 else "APIGW.0201", text)
        yield _named(f"F9-{status}", f"{status}, and nothing was carried out.", fault)
        yield _named(f"F9-{status}-applied", f"{status}, although it was carried out.", {**fault, "apply": True})
    yield _named("F9-html", "502 with a page of HTML.", _page(502, "<html><h1>502 Bad Gateway</h1></html>"))
    yield _named("F10-slow", "The answer comes two seconds late.", {"delay_s": 2})
    yield _named("F10-hang", "No answer for ten minutes; nothing is carried out.", {"delay_s": 600, "close": "before"})
    yield _named("F10-hang-applied", "No answer for ten minutes; it is carried out.", {"delay_s": 600})
    yield _named(
        "F10-late",
        "Waits to be released, then carries the request out, although the caller may have given up.",
        {"hold": "before"},
    )
    yield _named("F10-drip", "The answer comes one byte every 0.3 seconds.", {"drip": {"bytes": 1, "every_s": 0.3}})


def _breaks() -> Iterator[tuple[str, Preset]]:
    half = {"status": 200, "body": {"half": "a body of some length"}, "apply": True}
    breaks: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
        "connect": ("as soon as the connection is there", "connect", {}),
        "mid-request": ("amid the body of the request", "request", {}),
        "before": ("once the request is read; nothing is carried out", "before", {}),
        "after": ("once the request is carried out; no byte of an answer", "after", {}),
        "mid-headers": ("amid the head of the answer; it is carried out", "headers", {}),
        "mid-body": ("amid the body of the answer; it is carried out", "body", half),
    }
    for name, (words, point, more) in breaks.items():
        yield _named(f"F11-{name}", f"A reset {words}.", {**more, "reset": point})
        yield _named(f"F11-{name}-closed", f"The connection is closed {words}.", {**more, "close": point})
    yield _named("F11-idle", "The connection is closed after a whole answer, without a word.", {"close": "idle"})


def _nonsense() -> Iterator[tuple[str, Preset]]:
    yield _named("F13-200", "Carried out, but answered 200 with an empty object.", _done({}))
    yield _named("F13-empty", "Carried out, but answered 200 without a body.", {"status": 200, "apply": True})
    yield _named("F13-html", "Carried out, but answered 200 with HTML.", _page(200, "<h1>Welcome</h1>", apply=True))
    yield _named(
        "F13-garbage", "Carried out, but answered with no JSON.", _page(200, "{]", "application/json", apply=True)
    )
    yield _named("F13-type", "The answer as it is, called image/png.", {"headers": {"Content-Type": "image/png"}})
    yield _named("F13-other", "Carried out, but answered with other JSON.", _done({"error_code": 0, "data": [[]]}))
    yield _named("F13-scalar", "Carried out, but answered with a number.", _done(42))
    yield _named("F13-nan", "Carried out, but answered with NaN.", _page(200, "[NaN]", "application/json", apply=True))
    yield _named(
        "F13-deep",
        "Carried out, but answered with 100 000 brackets.",
        _page(200, "[" * 100_000, "application/json", apply=True),
    )
    yield _named(
        "F13-error-in-200",
        "200 whose body tells of an error.",
        _done({"errorCode": "500", "errorMsg": "failed"}, apply=False),
    )
    for status in (201, 202, 206):
        yield _named(f"F13-{status}", f"Carried out, but answered {status}.", _done({}, status=status))
    for status in (301, 302, 303, 307, 308):
        fault = {"status": status, "headers": {"Location": "https://elsewhere.invalid/"}}
        yield _named(f"F14-{status}", f"{status} to another host; give headers.Location to say which.", fault)
    huge = {"status": 200, "apply": True}
    yield _named("F15", "A body of 100 MiB; it is carried out.", {**huge, "body_bytes": 100 * _MEBIBYTE})
    yield _named(
        "F15-gzip",
        "A gzip body of 200 kB that unpacks to 200 MiB; it is carried out.",
        {**huge, "body_bytes": 200 * _MEBIBYTE, "gzip": True},
    )
    yield _named("F15-refusal", "400 with a body of 100 MiB.", {"status": 400, "body_bytes": 100 * _MEBIBYTE})
    yield _named("F16", "400 with markup in its text.", _aom(400, "AOM.08003003", _MARKUP))
    yield _named("F16-controls", "400 with control characters in its text.", _aom(400, "AOM.08003003", _CONTROLS))
    yield _named("F16-long", "400 with a text of a megabyte.", _aom(400, "AOM.08003003", "long " * 200_000))


def _of_coc() -> Iterator[tuple[str, Preset]]:
    """COC has words of its own, and says in the body of a 200 how it went. Its writes are POSTs to one host."""
    yield _named("F1-coc", "400 of COC.", _coc(400, "COC.00010002", "Invalid parameter values"))
    yield _named("F1-coc-internal", "400 of COC that tells of a failure.", _coc(400, "COC.00040701", "Internal error"))
    camel = {"status": 400, "body": {"errorCode": "COC.00014002", "errorMsg": "bad"}, "match": _COC}
    yield _named("F1-coc-camel", "400 of COC in the spelling of its successes.", camel)
    nested = {"status": 400, "body": {"data": {"code": "COC.00014002", "message": "bad"}}, "match": _COC}
    yield _named("F1-coc-nested", "400 of COC whose error is within another member.", nested)
    yield _named("F5-coc", "403 of COC.", _coc(403, "COC.00011013", "The user has no permission"))
    yield _named("F7-coc", "409 of COC.", _coc(409, "COC.00067409", "The ticket was changed"))
    yield _named(
        "F9-coc", "500 of COC, although it was carried out.", {**_coc(500, "COC.00040701", "x"), "apply": True}
    )
    failed = _done({"errorCode": "500", "errorMsg": "failed", "data": None}, match=_COC)
    yield _named("F13-coc-500", "200 whose body says 500; it is carried out.", failed)
    refused = _done({"errorCode": "COC.00010002", "errorMsg": "Invalid"}, apply=False, match=_COC)
    yield _named("F13-coc-refused", "200 whose body says no with a code of COC.", refused)
    orderless = _done({"errorCode": "200", "errorMsg": "Success", "data": None}, match=_COC)
    yield _named("F13-coc-orderless", "200 without the work order; it is carried out.", orderless)
    codeless = _done({"data": "RBT2025071417373701226d25c"}, match=_COC)
    yield _named("F13-coc-codeless", "200 with a work order and no code; it is carried out.", codeless)
    yield _named("F16-coc", "400 of COC with markup in its text.", _coc(400, "COC.00010002", _MARKUP))


PRESETS: Mapping[str, Preset] = dict(
    named for family in (_refusals, _throttling, _failures, _breaks, _nonsense, _of_coc) for named in family()
)
