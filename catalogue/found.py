"""Every message that the pages, the server and the canvas say: its text, and the files that say it."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from django.template import Engine, Node, Template
from django.template.base import FilterExpression, Lexer, TokenType
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from editor.flow.assumptions import ASSUMPTIONS
from editor.flow.finding import CODES

ROOT: Final = Path(__file__).parent.parent


class Text(NamedTuple):
    """An English message; with ``plural`` one of two by count."""

    message: str
    plural: str = ""


#: Which arguments of a call are messages.
_SPEAKERS: Final = {"say": (0,), "mark": (0,), "counted": (1, 2), "_": (0,), "gettext_lazy": (0,), "Problem": (1,)}
_IN_FILTERS: Final = re.compile(r"""\b_\((?:"([^"]+)"|'([^']+)')\)""")


def messages() -> dict[Text, set[str]]:
    """The messages and where each is said, as paths from the root of the project."""
    found: dict[Text, set[str]] = {}
    for text, file in (*_tables(), *_of_python(), *_of_templates(), *_of_canvas()):
        found.setdefault(text, set()).add(file)
    return found


def _tables() -> Iterator[tuple[Text, str]]:
    for row in CODES.values():
        yield from ((Text(text), "editor/flow/finding.py") for text in (row.message, row.hint))
    for assumption in ASSUMPTIONS.values():
        texts = (assumption.question, *assumption.choices.values())
        yield from ((Text(text), "editor/flow/assumptions.py") for text in texts)


def _of_python() -> Iterator[tuple[Text, str]]:
    for folder in ("config", "editor", "api_proxy"):
        for file in _modules(folder):
            for message in spoken(file.read_text()):
                yield Text(message), file.relative_to(ROOT).as_posix()


def _modules(folder: str) -> list[Path]:
    """The Python files of a folder, but for the stand-in of the cloud, which speaks as the cloud does."""
    return [file for file in sorted((ROOT / folder).rglob("*.py")) if "sandbox" not in file.parts]


def spoken(source: str) -> Iterator[str]:
    """The messages that a piece of Python says."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            for place in _SPEAKERS.get(node.func.id, ()):
                argument = node.args[place] if place < len(node.args) else None
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


def _of_templates() -> Iterator[tuple[Text, str]]:
    engine = Engine.get_default()
    for file in sorted((ROOT / "templates").rglob("*.html")):
        for text in _in_template(Template(file.read_text(), engine=engine)):
            yield text, file.relative_to(ROOT).as_posix()


def _in_template(template: Template) -> Iterator[Text]:
    for token in Lexer(template.source).tokenize():
        if token.token_type != TokenType.TEXT:
            yield from (Text(one or other) for one, other in _IN_FILTERS.findall(token.contents))
    nodes: list[Node] = template.nodelist.get_nodes_by_type(Node)
    for node in nodes:
        if isinstance(node, TranslateNode):
            yield Text(_literal(node.filter_expression))
        elif isinstance(node, BlockTranslateNode):
            one, many = (node.render_token_list(tokens)[0] for tokens in (node.singular, node.plural or []))
            yield Text(one, many)


def _literal(expression: FilterExpression) -> str:
    text = getattr(expression.var, "literal", expression.var)
    if not isinstance(text, str):
        raise ValueError(f"{expression.token} is no text that a catalogue could hold.")
    return str(text)


def _of_canvas() -> Iterator[tuple[Text, str]]:
    for each in in_canvas(ROOT / "static")["messages"]:
        yield Text(each["text"]), f"static/{each['file']}"


def in_canvas(folder: Path) -> dict[str, list[dict[str, str]]]:
    """What the script ``messages.ts`` finds in the front end: its messages, and the faults that hide some."""
    node = Path(sys.executable).with_name("node")
    done = subprocess.run([node, "messages.ts"], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"messages.ts failed: {done.stderr}")
    answer: dict[str, list[dict[str, str]]] = json.loads(done.stdout)
    return answer
