"""What people are told, in their language.

A message is written in English with ``{name}`` places (``str.format``), turned into the language of the reader as a
whole, and filled only then. The language is English until ``speak_by`` brings a translator; the pages' one follows the
request, and the command never has any.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

Translator = Callable[[str], str]


class Said(str):
    """A text that still knows the message and the parameters it was made of, so that it can be said anew."""

    message: str
    params: Mapping[str, object]

    @classmethod
    def of(cls, message: str, params: Mapping[str, object]) -> Self:
        said = cls(_translate(message).format(**params))
        said.message, said.params = message, params
        return said

    def as_json(self) -> dict[str, Any]:
        """The text as it is kept where readers of any language will look it up; for ``said_again``."""
        params = {name: value.as_json() if isinstance(value, Said) else value for name, value in self.params.items()}
        return {"message": self.message, "params": params}


_translate: Translator = str
_language: Callable[[], object] = str


def speak_by(translate: Translator, language: Callable[[], object]) -> None:
    """Say everything from now on by ``translate``, a function from an English message to that of the reader, whose
    language ``language`` names."""
    global _translate, _language
    _translate, _language = translate, language


def language() -> object:
    """The language that is spoken now: what was said in one must not be kept for a reader of another."""
    return _language()


def say(message: str, **params: object) -> Said:
    """``message`` in the language of the reader, its places filled. Raises KeyError for a place without a value."""
    return Said.of(message, params)


def counted(count: int, one: str, many: str, **params: object) -> Said:
    """One of two messages by ``count``, which both may name."""
    return say(one if count == 1 else many, count=count, **params)


def said_again(kept: object) -> str:
    """A text from what ``Said.as_json`` gave, in the language of the reader; a plain text as it is."""
    if not isinstance(kept, Mapping):
        return str(kept)
    params = kept["params"] if isinstance(kept["params"], Mapping) else {}
    return say(str(kept["message"]), **{name: said_again(value) for name, value in params.items()})


def mark(message: str) -> str:
    """A message that is said later: itself. Translators find it by this."""
    return message


def listed(words: Iterable[str]) -> str:
    """Words side by side: "a, b, c"."""
    return say(", ").join(words)
