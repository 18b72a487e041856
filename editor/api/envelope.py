"""The outer members of a request body: what they are called and of which kind, refused by name and place."""

from collections.abc import Mapping
from typing import Any

from editor.api.problems import Problem
from editor.flow.reading import kind_of_value, pointer
from editor.flow.rule import Json
from editor.flow.say import mark, say

_WORDS: Mapping[type, str] = {
    str: mark("a text"),
    int: mark("a whole number"),
    bool: mark("true or false"),
    dict: mark("an object"),
    list: mark("a list"),
}


def take(body: Json, members: Mapping[str, type], required: frozenset[str] | set[str] = frozenset()) -> dict[str, Any]:
    """The members of ``body``, each of the type that ``members`` names (``object`` takes any).

    Raises Problem 400 where the body is no object, a required member is missing, a member is unknown, or of another
    type; every fault is named with its JSON Pointer.
    """
    known = ", ".join(members)
    if not isinstance(body, Mapping):
        text = say("The body must be an object with {names}; it is {found}.", names=known, found=kind_of_value(body))
        raise _refused([("", text)])
    faults = [(pointer(name), _missing(name)) for name in sorted(required - body.keys())]
    for name, value in body.items():
        if name not in members:
            text = say("The member {name} is not known here; known are {names}.", name=name[:100], names=known)
            faults.append((pointer(name), text))
        elif not _fits(value, members[name]):
            shown = {"place": name, "wanted": say(_WORDS[members[name]]), "found": kind_of_value(value)}
            faults.append((pointer(name), say("{place} must be {wanted}; it is {found}.", **shown)))
    if faults:
        raise _refused(faults)
    return dict(body)


def _fits(value: Json, wanted: type) -> bool:
    if wanted is object:
        return True
    return isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool))


def _missing(name: str) -> str:
    return say("The member {name} is missing.", name=name)


def _refused(faults: list[tuple[str, str]]) -> Problem:
    return Problem(
        400,
        "Request not understood",
        " ".join(text for _, text in faults[:5]),
        errors=[{"pointer": place, "detail": text} for place, text in faults[:50]],
    )
