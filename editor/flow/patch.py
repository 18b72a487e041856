"""JSON Patch (RFC 6902), as far as fixes use it: test, add, replace and remove.

The browser applies the same patches by ``static/src/model/patch.ts``; both are held to
``tests/documents/patches.json``.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from editor.flow.rule import Json

Operation: TypeAlias = Mapping[str, Json]
_INDEX = re.compile("0|[1-9][0-9]*")
_POINTER = re.compile("(?:/(?:[^~/]|~[01])*)*")


class Unfitting(ValueError):
    """A patch does not fit its document: a place is not there, or holds something else than the patch takes for
    granted."""


def patched(document: Json, patch: Sequence[Operation]) -> Json:
    """``document`` with every operation of ``patch`` done to it, in order; the given one stays as it is.

    Raises Unfitting, and does nothing, where one of them cannot be done.
    """
    for operation in patch:
        act = _ACTS.get(str(operation["op"]))
        if act is None:
            raise Unfitting(f"{operation['op']} is no operation of a fix")
        document = act(document, _steps(str(operation["path"])), operation.get("value"))
    return document


def value_at(document: Json, pointer: str) -> Any:
    """What stands at ``pointer``. Raises Unfitting where nothing does."""
    value = document
    for step in _steps(pointer):
        value = _child(value, step)
    return value


def equal(one: Json, other: Json) -> bool:
    """Whether two values are the same JSON: members in any order, and true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(member, other[name]) for name, member in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _steps(pointer: str) -> list[str]:
    if not _POINTER.fullmatch(pointer):
        raise Unfitting(f"{pointer} is no JSON Pointer")
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _child(value: Any, step: str) -> Any:
    if isinstance(value, dict) and step in value:
        return value[step]
    if isinstance(value, list):
        return value[_index(step, len(value) - 1)]
    raise Unfitting(f"there is nothing at {step}")


def _index(step: str, last: int) -> int:
    if not _INDEX.fullmatch(step) or len(step) > 9 or int(step) > last:
        raise Unfitting(f"there is no item {step}")
    return int(step)


Edit: TypeAlias = Callable[[Any, str], None]  # changes an object or list at one step


def _edited(value: Any, steps: Sequence[str], edit: Edit) -> Any:
    """``value`` with the object or list that ``steps`` lead into edited at the last of them."""
    if not isinstance(value, dict | list):
        raise Unfitting(f"there is nothing at {steps[0]}")
    copied: Any = value.copy()
    if len(steps) == 1:
        edit(copied, steps[0])
    else:
        copied[_place(value, steps[0])] = _edited(_child(value, steps[0]), steps[1:], edit)
    return copied


def _place(container: Any, step: str) -> str | int:
    return step if isinstance(container, dict) else int(step)


def _test(document: Any, steps: Sequence[str], value: Json) -> Any:
    found = document
    for step in steps:
        found = _child(found, step)
    if not equal(found, value):
        raise Unfitting("another value is there")
    return document


def _add(document: Any, steps: Sequence[str], value: Json) -> Any:
    def edit(container: Any, step: str) -> None:
        if isinstance(container, dict):
            container[step] = value
        else:
            container.insert(len(container) if step == "-" else _index(step, len(container)), value)

    return _edited(document, steps, edit) if steps else value


def _replace(document: Any, steps: Sequence[str], value: Json) -> Any:
    def edit(container: Any, step: str) -> None:
        _child(container, step)
        container[_place(container, step)] = value

    return _edited(document, steps, edit) if steps else value


def _remove(document: Any, steps: Sequence[str], _: Json) -> Any:
    def edit(container: Any, step: str) -> None:
        _child(container, step)
        del container[_place(container, step)]

    if not steps:
        raise Unfitting("a document cannot be removed")
    return _edited(document, steps, edit)


_ACTS: Mapping[str, Callable[[Any, Sequence[str], Json], Any]] = {
    "test": _test,
    "add": _add,
    "replace": _replace,
    "remove": _remove,
}
