"""A rule as a Mermaid flowchart.

Cards are numbered in the order of a reader; ids and texts of the document stand in labels only, where every character
that Mermaid, Markdown or HTML could read as more than itself is written as a number.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Final

from editor.flow.convert.chain import flow_of, titles_of
from editor.flow.convert.pen import visible
from editor.flow.outline import Row
from editor.flow.rule import Flow, Node, Rule
from editor.flow.say import say
from editor.flow.wiring import EXITS, FALSE, PLAIN, TRUE, Kind
from editor.flow.words import row_text

_SHAPES: Final[Mapping[Kind, tuple[str, str]]] = {
    "start": ("([", "])"),
    "condition": ("{{", "}}"),
    "combine": ("[", "]"),
    "end": ("([", "])"),
    "unknown": (">", "]"),
}
#: A text longer than this is cut: some values are longer than any picture is wide.
LONGEST: Final = 500
# Letters and digits of any script, blanks and commas; _ and - inside a word.
_PLAIN_TEXT: Final = re.compile(r"(?<=[A-Za-z0-9])[_-](?=[A-Za-z0-9])|[^\W_ﬂß]|[ ,]")
# Mermaid turns numbers back into characters before it looks for formulas ($$), icons (fa:fa-), line ends (\n) and the
# letters of its own encoding. An invisible word joiner behind these signs keeps such marks from forming.
_FORMS_MARKS: Final = re.compile(r"[$:\\ﬂ°¶](?=\S)")
_JOINER: Final = "\u2060"


def mermaid(rule: Rule) -> str:
    """The flowchart of any rule that can be read, sound or not; a legacy rule as the flow that it amounts to.

    Raises Inexpressible for a rule with neither a flow nor entries.
    """
    flow, titles = flow_of(rule), titles_of(rule)
    names = {node_id: f"n{number}" for number, node_id in enumerate(flow.order)}
    cards = (f"{names[node_id]}{_shape(flow, flow.by_id[node_id], titles[node_id])}" for node_id in flow.order)
    edges = chain.from_iterable(_edges(flow, node_id, names) for node_id in flow.order)
    return "\n    ".join(["flowchart TD", *cards, *edges]) + "\n"


def _shape(flow: Flow, node: Node, title: str) -> str:
    left, right = _SHAPES[node.kind]
    lines = [title] if node.kind in ("start", "end") else [title, row_text(flow, Row(node.id))]
    return f'{left}"{"<br/>".join(map(_label, lines))}"{right}'


def _edges(flow: Flow, node_id: str, names: Mapping[str, str]) -> Iterator[str]:
    """The ways out of a card. One that leads nowhere, though it should, ends at a small circle."""
    own = names[node_id]
    for edge in flow.edges_out(node_id):
        yield f"{own} {_arrow(edge.exit)} {names.get(edge.target) or _nowhere(own, edge.exit)}"
    node = flow.by_id[node_id]
    for exit in EXITS[node.kind] if node.kind != "combine" else ():
        if flow.edge_from(node_id, exit) is None:
            yield f"{own} {_arrow(exit)} {_nowhere(own, exit)}"


def _nowhere(name: str, exit: str) -> str:
    return f'{name}{exit if exit in ("true", "false") else "x"}(("{_label(say("open"))}"))'


def _arrow(exit: str) -> str:
    return "-->" if exit == PLAIN else f'-->|"{_label(say(exit) if exit in (TRUE, FALSE) else exit)}"|'


def _label(text: str) -> str:
    """``text`` such that nothing in it is markup."""
    shown = " ".join(visible(text.replace("\n", " ").replace("\t", " ")).split())
    shown = shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"
    shown = _FORMS_MARKS.sub(rf"\g<0>{_JOINER}", shown)
    return "".join(shown[i] if _PLAIN_TEXT.match(shown, i) else f"#{ord(shown[i])};" for i in range(len(shown)))
