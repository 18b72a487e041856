"""A flow as a picture.

``svg`` draws the cards and their text, ``thumbnail`` cards and lines only. A picture for a page takes its colours from
the page's CSS variables, and so follows its theme; a picture for a file carries the light colours itself. Neither holds
a style element or attribute, which a strict content security policy would refuse. Every text is escaped.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from xml.sax.saxutils import escape

from editor.flow.arrange import Box, Point, arrange, arrange_tree
from editor.flow.convert.cards import Badge, card
from editor.flow.convert.pen import Pen, attributes_text, drawn_width, group, visible
from editor.flow.convert.routing import Route, exit_point, route
from editor.flow.lines import CARD_WIDTH, PILL, size_of
from editor.flow.rule import Flow, Json, Node, Rule
from editor.flow.say import say
from editor.flow.wiring import EXITS, FALSE

_FONT: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'PingFang SC', sans-serif"
_MARGIN: Final = 8
_FARTHEST: Final = 100_000  # px; a card further out than this was not put there by hand
_CROWD: Final = 60  # so many cards an edge looks out for; a sound rule has fewer
_STUB: Final = 28  # an open branch ends this far below the card
_UNIT: Final = CARD_WIDTH / 26  # a thumbnail's cards are 26 units wide
_SMALL_HEIGHT: Final = 124  # of a thumbnail's card with the free band below it that shows the lines


def svg(
    rule: Rule,
    layout: Json = None,
    *,
    standalone: bool = False,
    titles: Mapping[str, str] | None = None,
    badges: Mapping[str, Badge] | None = None,
) -> str | None:
    """The flow of ``rule`` as an SVG text; None for a rule without a flow.

    ``layout`` is ``{"nodes": {id: {"x", "y"}}}`` in px and counts only where it places every card. ``standalone``
    pictures carry their colours, the others take those of the page. ``titles`` are the cards' names and ``badges``
    their numbers of errors and warnings, by id.
    """
    if rule.flow is None or not rule.flow.nodes:
        return None
    pen = Pen(standalone)
    boxes = _boxes(rule.flow, layout)
    names = {**rule.flow.titles, **(titles or {})}
    cards = [
        card(pen, rule.flow.by_id[node_id], box, names[node_id], (badges or {}).get(node_id, (0, 0)))
        for node_id, box in boxes.items()
    ]
    return _document(pen, _extent(rule.flow, boxes), _title(rule, rule.flow), [*_edges(pen, rule.flow, boxes), *cards])


def thumbnail(rule: Rule) -> str | None:
    """Cards and lines only, 76 x 44 px, for a row of a table; None for a rule without a flow."""
    flow = rule.flow
    if flow is None or not flow.nodes:
        return None
    shown = [node_id for node_id in flow.order if flow.by_id[node_id].kind != "end"]
    edges = [(edge.source, edge.exit, edge.target) for edge in flow.edges]
    # All cards of one size; what is drawn is lower, so that the lines can be seen.
    sizes = {node_id: PILL if flow.by_id[node_id].kind == "start" else (CARD_WIDTH, _SMALL_HEIGHT) for node_id in shown}
    boxes = {node_id: Box(*point, *sizes[node_id]) for node_id, point in arrange_tree(edges, sizes).items()}
    return _thumbnail(Pen(standalone=False), flow, boxes)


# The whole picture


def _boxes(flow: Flow, layout: Json) -> dict[str, Box]:
    places = _stored(flow, layout) or arrange(flow)
    left = min(x for x, _ in places.values())
    top = min(y for _, y in places.values())
    return {node_id: Box(x - left, y - top, *size_of(flow.by_id[node_id])) for node_id, (x, y) in places.items()}


def _stored(flow: Flow, layout: Json) -> dict[str, Point] | None:
    nodes = layout.get("nodes") if isinstance(layout, Mapping) else None
    if not isinstance(nodes, Mapping):
        return None
    points = {node_id: _point(nodes.get(node_id)) for node_id in flow.order}
    known = {node_id: point for node_id, point in points.items() if point is not None}
    return known if len(known) == len(points) else None


def _point(value: Json) -> Point | None:
    place = [value.get("x"), value.get("y")] if isinstance(value, Mapping) else []
    figures = [int(n) for n in place if isinstance(n, int | float) and -_FARTHEST <= n <= _FARTHEST]
    return (figures[0], figures[1]) if len(figures) == 2 else None


def _title(rule: Rule, flow: Flow) -> tuple[str, str]:
    conditions, merges = len(flow.of_kind("condition")), len(flow.of_kind("combine"))
    size = say("{conditions} condition cards, {merges} merge cards", conditions=conditions, merges=merges)
    return say("Picture of {name}", name=rule.name or say("a rule without a name")), size


def _extent(flow: Flow, boxes: Mapping[str, Box]) -> tuple[int, int]:
    """Width and height of all that is drawn; an open branch hangs below its card."""
    bottoms = (box.bottom + (_STUB + 8 if _open_exits(flow, node_id) else 0) for node_id, box in boxes.items())
    return max(box.right for box in boxes.values()), max(bottoms)


def _document(pen: Pen, extent: tuple[int, int], title: tuple[str, str], parts: Iterable[str]) -> str:
    width, height = (length + 2 * _MARGIN for length in extent)
    attributes = {
        "xmlns": "http://www.w3.org/2000/svg",
        "class_": "flow",
        "role": "img",
        "width": width,
        "height": height,
        "viewBox": f"{-_MARGIN} {-_MARGIN} {width} {height}",
        "font-family": _FONT if pen.standalone else None,
        "text-rendering": "geometricPrecision",
    }
    said = f"<title>{escape(visible(title[0]))}</title><desc>{escape(title[1])}</desc>"
    return f"<svg{attributes_text(attributes)}>{said}{''.join(parts)}</svg>"


# Edges


def _edges(pen: Pen, flow: Flow, boxes: Mapping[str, Box]) -> Iterator[str]:
    words = []
    for node_id in flow.order:
        for edge in flow.edges_out(node_id):
            if edge.target not in boxes:
                continue
            others = [box for other, box in boxes.items() if other not in (node_id, edge.target)][:_CROWD]
            way = route(boxes[node_id], edge.exit, boxes[edge.target], others)
            yield _edge(pen, way, edge.exit)
            words.append(_word(pen, way.word, edge.exit))
        words += [_stub(pen, boxes[node_id], exit) for exit in _open_exits(flow, node_id)]
    # Words lie over all lines.
    yield from words


def _open_exits(flow: Flow, node_id: str) -> list[str]:
    kind = flow.by_id[node_id].kind
    return [exit for exit in EXITS[kind] if kind == "condition" and flow.edge_from(node_id, exit) is None]


def _line(exit: str) -> str:
    return exit if exit in ("true", "false") else "line-strong"


def _edge(pen: Pen, way: Route, exit: str) -> str:
    dashes = "5 4" if exit == FALSE else None
    line = pen.path(way.path, stroke=_line(exit), stroke_width=1.5, stroke_dasharray=dashes)
    return group(f"edge {_line(exit)}", [line, pen.path(way.arrow, fill=_line(exit))])


def _word(pen: Pen, at: Point, exit: str) -> str:
    if exit not in ("true", "false"):
        return ""
    word = say(exit)
    width = drawn_width(word, 12, 600) + 16
    dashes = "3 2" if exit == FALSE else None
    pill = pen.box(
        at[0] - width / 2, at[1] - 9, width, 18, rx=9, fill=f"{exit}-soft", stroke=exit, stroke_dasharray=dashes
    )
    return pill + pen.text((at[0] - width / 2 + 8, at[1]), word, exit, 12, 600)


def _stub(pen: Pen, box: Box, exit: str) -> str:
    """An open branch: a short line to nowhere."""
    x, y = exit_point(box, exit)
    dashes = "5 4" if exit == FALSE else None
    line = pen.path(f"M{x} {y}V{y + _STUB}", stroke=exit, stroke_width=1.5, stroke_dasharray=dashes)
    end = pen.element("circle", cx=x, cy=y + _STUB + 4, r=4, fill="surface", stroke=exit, stroke_width=1.5)
    return group(f"edge {exit} open", [line, end, _word(pen, (x, y + 14), exit)])


# The thumbnail


def _thumbnail(pen: Pen, flow: Flow, boxes: Mapping[str, Box]) -> str:
    edges = [
        _small_edge(pen, edge.exit, boxes[edge.source], boxes[edge.target])
        for edge in flow.edges
        if edge.source in boxes and edge.target in boxes
    ]
    cards = [_small_card(pen, flow.by_id[node_id], box) for node_id, box in boxes.items()]
    attributes = {"class_": "thumb", "width": 76, "height": 44, "viewBox": _view(boxes.values()), "aria-hidden": "true"}
    return f"<svg{attributes_text(attributes)}>{''.join(edges)}{''.join(cards)}</svg>"


def _view(boxes: Iterable[Box]) -> str:
    """What the thumbnail shows: all of the flow, in the middle; a small flow is not blown up."""
    all_boxes = list(boxes)
    right = max(box.right for box in all_boxes) / _UNIT
    bottom = max(box.top for box in all_boxes) / _UNIT + 7
    width, height = max(70.0, right + 2), max(40.5, bottom + 2)
    return f"{(right - width) / 2:.2f} {(bottom - height) / 2:.2f} {width:.2f} {height:.2f}"


def _small_edge(pen: Pen, exit: str, source: Box, target: Box) -> str:
    x, y = (n / _UNIT for n in exit_point(source, exit))
    y = source.top / _UNIT + 2 if source.width < CARD_WIDTH else source.top / _UNIT + 7
    end_x, end_y = target.middle / _UNIT, target.top / _UNIT
    d = f"M{x:.2f} {y:.2f}V{(y + end_y) / 2:.2f}H{end_x:.2f}V{end_y:.2f}"
    dashes = "2 1.5" if exit == FALSE else None
    return pen.path(d, stroke=_line(exit), stroke_width=1, stroke_dasharray=dashes)


def _small_card(pen: Pen, node: Node, box: Box) -> str:
    x, y = box.left / _UNIT, box.top / _UNIT
    if node.kind == "start":
        return pen.element("circle", cx=box.middle / _UNIT, cy=y + 2, r=2, fill="ink")
    if node.kind == "combine":
        return pen.box(x, y, 26, 7, rx=2, fill="ink")
    return pen.box(x, y, 26, 7, rx=2, fill="surface", stroke="line-strong")
