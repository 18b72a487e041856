"""The outer members of a request body: what they are called and of which kind, refused by name and place."""

from collections.abc import Mapping
from typing import Any

from editor.api.problems import Problem
from editor.flow.reading import kind_of_value, pointer
from editor.flow.rule import Json

_WORDS: Mapping[type, str] = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    dict: "an object",
    list: "a list",
}


def take(body: Json, members: Mapping[str, type], required: frozenset[str] | set[str] = frozenset()) -> dict[str, Any]:
    """The members of ``body``, each of the type that ``members`` names (``object`` takes any).

    Raises Problem 400 where the body is no object, a required member is missing, a member is unknown, or of another
    type; every fault is named with its JSON Pointer.
    """
    if not isinstance(body, Mapping):
        raise _refused([("", f"The body must be an object with {_names(members)}; it is {kind_of_value(body)}.")])
    faults = [(pointer(name), f"The member {name} is missing.") for name in sorted(required - body.keys())]
    for name, value in body.items():
        if name not in members:
            faults.append((pointer(name), f"The member {name[:100]} is not known here; known are {_names(members)}."))
        elif not _fits(value, members[name]):
            faults.append((pointer(name), f"{name} must be {_WORDS[members[name]]}; it is {kind_of_value(value)}."))
    if faults:
        raise _refused(faults)
    return dict(body)


def _fits(value: Json, wanted: type) -> bool:
    if wanted is object:
        return True
    return isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool))


def _names(members: Mapping[str, type]) -> str:
    return ", ".join(members)


def _refused(faults: list[tuple[str, str]]) -> Problem:
    return Problem(
        400,
        "Request not understood",
        " ".join(text for _, text in faults[:5]),
        errors=[{"pointer": place, "detail": text} for place, text in faults[:50]],
    )
