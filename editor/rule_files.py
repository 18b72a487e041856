"""Rules in files, and what to say of a text that cannot be read."""

from editor import files
from editor.files import Unusable
from editor.flow import Rule, Unreadable, limits, read


def rule(name: str) -> Rule:
    """The rule in a file. It may have errors; Unusable says why it cannot be read at all, or says nothing."""
    text = files.content(name, limits.BODY_BYTES)
    if len(text) > limits.BODY_BYTES:
        raise Unusable(f"{name}: more than {limits.BODY_BYTES} bytes; a rule is smaller")
    try:
        found = read(text)
    except Unreadable as error:
        raise unusable(name, error) from None
    if found.flow is None and found.entries is None:
        raise Unusable(f"{name}: neither a flow (match_v3) nor entries (detail): the rule says nothing")
    return found


def unusable(name: str, error: Unreadable, line: int | None = None) -> Unusable:
    """The first fault of a text, with its place in the file ``name``; ``line`` is where the text began, if it is only
    one of many."""
    found = error.findings[0]
    if found.code == "json-syntax":
        row, column = line or found.params["line"], found.params["column"]
        return Unusable(f"{name}: line {row}, column {column}: {found.params['problem']}")
    where = f"{name}: line {line}" if line else name
    place = "" if found.pointer in found.message else f" ({found.pointer})"
    return Unusable(f"{where}: {found.message.removesuffix('.')}{place}")
