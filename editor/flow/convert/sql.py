"""A rule as one SQL expression: which merge card takes the alarm of a row.

Columns are named like the members of an alarm's metadata, ``notification_scene`` among them, and hold texts; a value
that an alarm lacks is NULL or ''. The text is written by sqlglot from an expression tree, so no value of a rule can
become SQL. No condition is ever negated: where a column is NULL a comparison is NULL, which a CASE takes for false.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Final, NamedTuple

from sqlglot import exp

from editor.flow import limits
from editor.flow.convert.chain import flow_of
from editor.flow.convert.outcome import Converted, Differences, refuse_errors
from editor.flow.rule import Flow, Group, Leaf, Rule
from editor.flow.say import mark, say
from editor.flow.wiring import FALSE, PLAIN, TRUE

#: So much of a flow is written out; cards that several branches share are written once for each.
MOST_CARDS: Final = 2_000
MOST_CHARACTERS: Final = limits.BODY_BYTES


class _Dialect(NamedTuple):
    """How a database differs. ``column`` tells names apart as the database does; ``patterns`` says in which way its
    regular expressions are not RE2, "" where they are; ``prefix`` goes before each pattern."""

    column: Callable[[str], str]
    patterns: str = ""
    prefix: str = ""


_JAVA: Final = mark("Java's syntax: $ also matches before a last line break, and [[:alpha:]] means something else")
_DIALECTS: Final[Mapping[str, _Dialect]] = {
    "duckdb": _Dialect(str.casefold),
    "postgres": _Dialect(
        lambda name: name.encode()[:63].decode(errors="replace"),
        mark("POSIX syntax: a dot also matches a line break, and \\b and \\pL mean something else"),
    ),
    "spark": _Dialect(str.casefold, _JAVA),
    "trino": _Dialect(str.casefold, _JAVA),
    # By default, and unlike RE2, a dot matches a line break there.
    "clickhouse": _Dialect(str, prefix="(?-s)"),
}
#: The databases whose SQL can be written.
DIALECTS: Final = tuple(_DIALECTS)
# Patterns of which every dialect has the same idea: letters, escaped signs, dots, simple classes, groups, repetition.
_CLASS: Final = r"\[\^?(?:[A-Za-z0-9]-[A-Za-z0-9]|[\w.,:/ ])+\]"
_SHARED_SYNTAX: Final = re.compile(
    rf"(?:[^\\\[\]{{}}()^$]|[\^$](?![*+?{{])|\\[^\w\s]|{_CLASS}|\((?:\?:)?(?!\?)|\)|\{{\d+(?:,\d*)?\}})*"
)


def sql(rule: Rule, dialect: str = "duckdb") -> Converted:
    """The expression whose value is the id of the merge card that takes the alarm of a row; of a legacy rule the place
    of its entry ("/detail/0"). NULL where no card does. Differences stand above it as comments.

    Raises ValueError for a dialect that is none of DIALECTS; Inexpressible for a rule with errors, for attributes that
    the database takes for one column, and for shared cards that would have to be written out too often.
    """
    if dialect not in _DIALECTS:
        raise ValueError(f"there is no dialect {dialect}; there are {', '.join(DIALECTS)}")
    refuse_errors(rule)
    found = Differences()
    writer = _Writer(flow_of(rule), _DIALECTS[dialect])
    _guard_columns(rule, dialect, found)
    _guard_size(writer, found)
    found.guard()
    _note_patterns(rule, dialect, found)
    if rule.flow is None and len(rule.entries or ()) > 1:
        found.note(say("Of several entries that hold, the first is taken to decide (D14)."), "/detail")
    text = writer.way_from(writer.start).sql(dialect=dialect, pretty=True)
    return Converted("".join(f"-- {note}\n" for note in found.notes) + text + "\n", tuple(found.notes))


class _Writer:
    """Writes the ways through a sound flow as expressions."""

    def __init__(self, flow: Flow, dialect: _Dialect) -> None:
        self.flow = flow
        self.dialect = dialect
        self.start = flow.wiring.exits[flow.of_kind("start")[0].id, PLAIN][0].target
        self._sizes: dict[str, tuple[int, int]] = {}

    def exits(self, node_id: str) -> tuple[str, ...]:
        """Where the true and the false branch of a condition lead, once if to the same card."""
        return tuple(dict.fromkeys(self.flow.wiring.exits[node_id, exit][0].target for exit in (TRUE, FALSE)))

    def size(self, node_id: str) -> tuple[int, int]:
        """Condition cards, and characters of their texts, in the expression that begins at a card."""
        if node_id not in self._sizes:
            node = self.flow.by_id[node_id]
            below = [self.size(target) for target in self.exits(node_id)] if node.kind == "condition" else []
            cards = int(node.kind == "condition") + sum(size for size, _ in below)
            characters = sum(len(leaf.key) + sum(map(len, leaf.values)) for leaf in node.leaves)
            self._sizes[node_id] = cards, characters + sum(size for _, size in below)
        return self._sizes[node_id]

    def way_from(self, node_id: str) -> exp.Expression:
        """Which merge card is reached from a card."""
        node = self.flow.by_id[node_id]
        if node.kind != "condition" or node.tree is None:
            return exp.Literal.string(node_id) if node.kind == "combine" else exp.null()
        ways = [self.way_from(target) for target in self.exits(node_id)]
        if len(ways) == 1:
            return ways[0]
        then, otherwise = ways
        first = exp.If(this=self.condition(node.tree), true=then)
        if isinstance(otherwise, exp.Case):
            return exp.Case(ifs=[first, *otherwise.args["ifs"]], default=otherwise.args["default"])
        return exp.Case(ifs=[first], default=otherwise)

    def condition(self, part: Group | Leaf) -> exp.Expression:
        """Whether a condition, or a group of them, holds; NULL counts as no."""
        if isinstance(part, Leaf):
            return self.comparison(part)
        return _joined(exp.And if part.join == "and" else exp.Or, [self.condition(child) for child in part.children])

    def comparison(self, leaf: Leaf) -> exp.Expression:
        present = exp.NEQ(this=_column(leaf.key), expression=exp.Literal.string(""))
        if leaf.operate == "EXIST":
            return present
        if leaf.operate == "REGEX":
            patterns = [exp.Literal.string(self.dialect.prefix + pattern) for pattern in leaf.values]
            found = [exp.RegexpLike(this=_column(leaf.key), expression=pattern) for pattern in patterns]
            # A pattern may match the empty text, which counts as absent.
            return _joined(exp.And, [present, _joined(exp.Or, found)])
        values = [exp.Literal.string(value) for value in dict.fromkeys(leaf.values) if value]
        if len(values) == 1:
            return exp.EQ(this=_column(leaf.key), expression=values[0])
        return exp.In(this=_column(leaf.key), expressions=values) if values else exp.false()


def _column(name: str) -> exp.Column:
    return exp.Column(this=exp.Identifier(this=name, quoted=True))


def _joined(join: type[exp.And | exp.Or], parts: Sequence[exp.Expression]) -> exp.Expression:
    """``parts`` joined, those in parentheses that are joined themselves."""
    if len(parts) == 1:
        return parts[0]
    first, *rest = (exp.Paren(this=part) if isinstance(part, exp.Connector) else part for part in parts)
    return reduce(lambda left, right: join(this=left, expression=right), rest, first)


def _guard_columns(rule: Rule, dialect: str, found: Differences) -> None:
    """Attributes that the database cannot tell apart would silently become one column."""
    columns: dict[str, str] = {}
    for owner, leaf in rule.conditions:
        known = columns.setdefault(_DIALECTS[dialect].column(leaf.key), leaf.key)
        if known != leaf.key:
            text = mark("{title} asks for {key}, which {dialect} takes for the column {known}.")
            found.prevent(say(text, title=owner.title, key=leaf.key, dialect=dialect, known=known), leaf.pointer)


def _guard_size(writer: _Writer, found: Differences) -> None:
    cards, characters = writer.size(writer.start)
    many_cards = mark("Written out, the cards that branches share make {made} cards; at most {most} are written.")
    long_text = mark("Written out, the cards that branches share make {made} characters; at most {most} are written.")
    for made, most, text in ((cards, MOST_CARDS, many_cards), (characters, MOST_CHARACTERS, long_text)):
        if made > most:
            found.prevent(say(text, made=made, most=most))


def _note_patterns(rule: Rule, dialect: str, found: Differences) -> None:
    """What a pattern means elsewhere, where the database does not read RE2."""
    syntax = _DIALECTS[dialect].patterns
    for owner, leaf in rule.comparing("REGEX") if syntax else ():
        found.note(say("Patterns are RE2; {dialect} reads them in {syntax}.", dialect=dialect, syntax=say(syntax)))
        if not all(map(_SHARED_SYNTAX.fullmatch, leaf.values)):
            text = say("{title} has a pattern that {dialect} may read otherwise.", title=owner.title, dialect=dialect)
            found.note(text, leaf.pointer)
