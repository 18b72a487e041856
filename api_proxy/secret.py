"""A text that must not be seen: it travels as a value that shows nothing of itself."""

import hmac
from typing import NoReturn

from config.redaction import MASK, REGISTER


class Secret:
    """Holds a text; ``reveal`` is the only way to it, and the log masks it from now on wherever it turns up.

    Printing, formatting and tracebacks show a mask. Pickling, copying and JSON are refused with TypeError, so that a
    secret cannot slip into a cache, a queue or an answer.
    """

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text
        REGISTER.add(text)

    def reveal(self) -> str:
        return self.__text

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return MASK

    def __bool__(self) -> bool:
        return bool(self.__text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self.__text.encode(), other.reveal().encode())

    __hash__ = None  # type: ignore[assignment]

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("A secret is not pickled or copied.")

    def __getstate__(self) -> NoReturn:
        raise TypeError("A secret is not pickled or copied.")
