"""Writes the elements of a picture. Colours are named after the tokens of the style sheet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

# The light theme of static/src/styles/tokens.css, for pictures that stand alone.
LIGHT: Final[Mapping[str, str]] = {
    "surface": "#ffffff",
    "sunken": "#f0f0f3",
    "ink": "#4a4a55",
    "on-ink": "#ffffff",
    "line-strong": "#868690",
    "text": "#1a1a1f",
    "text-2": "#50505b",
    "text-3": "#696974",
    "true": "#177a3c",
    "true-soft": "#e6f4ea",
    "false": "#a9520a",
    "false-soft": "#fcf0e1",
    "sev-critical": "#cf2a2a",
    "sev-major": "#d0590a",
    "sev-minor": "#977800",
    "sev-info": "#2878c8",
    "on-accent": "#ffffff",
    "error-fill": "#b0204f",
    "warn": "#6b5200",
    "warn-soft": "#fbf0c4",
    "warn-rim": "#d9c25e",
}

_NARROW, _SLIM, _WIDE = frozenset("ijl|.,:;'!`"), frozenset('ftrI()[]{}/\\-* "'), frozenset("mwMW@%")


@dataclass(frozen=True)
class Pen:
    """Writes elements, with colours of their own (``standalone``) or with those of the page."""

    standalone: bool

    def colour(self, token: str) -> str:
        if token == "none":
            return token
        return LIGHT[token] if self.standalone else f"var(--{token})"

    def element(self, name: str, fill: str = "none", stroke: str = "none", **attributes: object) -> str:
        painted = {"fill": self.colour(fill), "stroke": self.colour(stroke), **attributes}
        return f"<{name}{attributes_text(painted)}/>"

    def box(
        self, x: float, y: float, width: float, height: float, fill: str = "none", stroke: str = "none", **more: object
    ) -> str:
        return self.element("rect", fill, stroke, x=x, y=y, width=width, height=height, **more)

    def path(self, d: str, fill: str = "none", stroke: str = "none", **more: object) -> str:
        return self.element("path", fill, stroke, d=d, **more)

    def text(
        self,
        at: tuple[float, float],
        text: str,
        fill: str = "text",
        size: int = 13,
        weight: int = 400,
        most: float = float("inf"),
    ) -> str:
        """One line of text that begins at ``at``, its middle in height. Whatever the font, it is set to the width that
        was reckoned with, and to ``most`` px at most."""
        x, y = at
        width = min(drawn_width(text, size, weight), max(most, size)) if len(text) > 1 else None
        attributes = {
            "x": x,
            "y": y + size * 0.35,
            "fill": self.colour(fill),
            "font-size": size,
            "font-weight": None if weight == 400 else weight,
            "textLength": width,
            "lengthAdjust": None if width is None else "spacingAndGlyphs",
        }
        return f"<text{attributes_text(attributes)}>{escape(visible(text))}</text>"


def drawn_width(text: str, size: int = 13, weight: int = 400) -> float:
    """The usual width of a text in px in an interface font."""
    share = sum(_letter_width(letter) for letter in text)
    return round(share * size * (1.05 if weight > 400 else 1), 1)


def _letter_width(letter: str) -> float:
    if letter > "\u2e80":
        return 1.0
    if letter in _NARROW:
        return 0.27
    if letter in _SLIM:
        return 0.35
    if letter in _WIDE:
        return 0.88
    return 0.68 if letter.isupper() else 0.59 if letter.isdigit() else 0.57


def visible(text: str) -> str:
    """Characters that XML does not know become a mark."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def attributes_text(attributes: Mapping[str, object]) -> str:
    """Attributes as they stand in a tag: None is left out, ``stroke_width`` becomes ``stroke-width``."""
    shown = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items() if value is not None}
    return "".join(f" {name}={quoteattr(_figure(value))}" for name, value in shown.items())


def _figure(value: object) -> str:
    return f"{value:.5g}" if isinstance(value, float) else str(value)


def group(name: str, parts: Iterable[str]) -> str:
    """``parts`` as one group of the class ``name``."""
    return f'<g class="{name}">{"".join(parts)}</g>'
