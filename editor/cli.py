"""The ``groupflow`` command: files in, verbs of the centre, answers out. Imports no Django.

Exit status: 0 fine, 1 the answer is "no" (a text that is no rule is told by its finding), 2 unusable input or
arguments, 130 interrupted. The centre is imported by the commands that need it, so that ``--version`` and ``--help``
answer at once.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from editor import files
from editor.files import Unusable
from editor.terminal import complain, ink_for

if TYPE_CHECKING:
    from editor.flow import Dialect

FINE, NO, UNUSABLE, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the return value is the exit status."""
    if sys.stdout is None:
        complain("standard output is closed")
        return UNUSABLE
    try:
        status = _run(arguments)
        sys.stdout.flush()
    except Unusable as error:
        return _end(UNUSABLE, str(error))
    except KeyboardInterrupt:
        return _end(INTERRUPTED, "interrupted")
    except OSError as error:
        return _stopped_listening(error)
    return status


def _run(arguments: Sequence[str] | None) -> int:
    try:
        options = _parser().parse_args(arguments)
    except SystemExit:  # the help, or the version, was asked for and is printed
        return FINE
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Programs read UTF-8; a terminal that lacks a letter shows its number.
        encoding = None if options.format == "text" else "utf-8"
        sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace")
    return int(options.run(options))


def _end(status: int, text: str) -> int:
    """Say why this is the end, after everything that was answered before."""
    try:
        sys.stdout.flush()
    except OSError as error:
        return _stopped_listening(error)
    complain(text)
    return status


def _stopped_listening(error: OSError) -> int:
    """Standard output is closed, or full: say so, and keep the interpreter from saying it again when it ends."""
    complain(f"standard output: {error.strerror or error}")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return UNUSABLE


def check_files(options: argparse.Namespace) -> int:
    """``groupflow check``: findings of each file; status 1 where one has an error."""
    from editor.flow import limits
    from editor.reporting import findings

    names = files.named(options.files)
    results = [findings.checked(name, files.content(name, limits.BODY_BYTES)) for name in names]
    if options.format == "sarif":
        from editor.reporting.sarif import as_sarif

        sys.stdout.write(as_sarif(results))
    elif options.format == "json":
        sys.stdout.write(findings.as_json(results))
    else:
        sys.stdout.write(findings.as_text(results, ink_for(sys.stdout)))
    return FINE if all(result.is_valid for result in results) else NO


def simulate(options: argparse.Namespace) -> int:
    """``groupflow simulate``: where each alarm goes, told as it comes; status 1 where one cannot be followed to its
    end."""
    from editor import alarm_files, rule_files
    from editor.flow import Walker
    from editor.reporting import walks

    if options.rule == options.alarms == files.STANDARD_INPUT:
        raise Unusable("-: standard input can hold the rule or the alarms, not both")
    rule, dialect = rule_files.rule(options.rule), _dialect(options.assume)
    walker = Walker(rule, dialect)
    tally = walks.Tally()
    told = walks.WalkText(rule, dialect, ink_for(sys.stdout))
    for alarm in alarm_files.alarms(options.alarms):
        walk = walker.walk(alarm)
        tally.add(walk)
        sys.stdout.write(walks.as_json(walk) if options.format == "json" else told.block(tally.total, alarm, walk))
        sys.stdout.flush()
    if options.format == "text":
        sys.stdout.write(tally.as_text())
    return NO if tally.lost else FINE


def _dialect(chosen: Sequence[str]) -> "Dialect":
    """The assumptions as ``--assume ID=CHOICE`` set them."""
    from editor.flow import Dialect

    choices: dict[str, str] = {}
    for each in chosen:
        name, is_set, choice = each.partition("=")
        if not is_set:
            raise Unusable(f"--assume {each}: write it as D7=whole")
        if choices.setdefault(name, choice) != choice:
            raise Unusable(f"--assume {each}: {name} is assumed to be {choices[name]} already")
    try:
        return Dialect(choices)
    except ValueError as error:
        raise Unusable(f"--assume: {error}") from None


def run_suites(options: argparse.Namespace) -> int:
    """``groupflow test``: the cases of every suite; status 1 where one fails."""
    from editor.reporting import outcomes
    from editor.suite_files import suite
    from editor.suites import run

    suites = [suite(name) for name in files.named(options.suites)]
    results = [outcomes.Tested(each, run(each)) for each in suites]
    if options.format == "junit":
        sys.stdout.write(outcomes.as_junit(results))
    elif options.format == "json":
        sys.stdout.write(outcomes.as_json(results))
    else:
        sys.stdout.write(outcomes.as_text(results, ink_for(sys.stdout)))
    return NO if any(result.failed for result in results) else FINE


def convert_rule(options: argparse.Namespace) -> int:
    """``groupflow convert``: the rule in another form, differences on standard error; status 1 where the form cannot
    say the rule."""
    from editor import rule_files
    from editor.flow.convert import FORMATS, Inexpressible, conversion

    if options.to not in FORMATS:
        raise Unusable(f"--to {options.to}: there is no such form; there are {', '.join(FORMATS)}")
    if options.dialect is not None and options.to != "sql":
        raise Unusable(f"--dialect is for --to sql, not for --to {options.to}")
    settings = {} if options.dialect is None else {"dialect": options.dialect}
    rule = rule_files.rule(options.rule)
    try:
        converted = conversion(rule, options.to, **settings)
    except Inexpressible as error:
        for reason in error.reasons:
            complain(f"{options.rule}: {reason}")
        return NO
    except ValueError as error:
        raise Unusable(f"--dialect: {error}") from None
    sys.stdout.write(converted.text)
    sys.stdout.flush()
    for note in converted.notes:
        complain(f"{options.rule}: {note}")
    return FINE


class _Parser(argparse.ArgumentParser):
    """Tells what is wrong in one line, like everything else, and keeps no full disk to itself."""

    def error(self, message: str) -> NoReturn:
        raise Unusable(f"{message}; see {self.prog} --help")

    def print_help(self, file: object = None) -> None:
        sys.stdout.write(self.format_help())


class _ShowVersion(argparse.Action):
    """Looks the version up when it is asked for: that takes longer than all the rest of the start."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print("groupflow", version("groupflow"))
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="groupflow", description="Work on files that hold alarm-grouping rules.")
    parser.add_argument("--version", action=_ShowVersion, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _take_check(commands.add_parser("check", help="say what is wrong with rules"))
    _take_simulate(commands.add_parser("simulate", help="say where alarms go, and why"))
    _take_test(commands.add_parser("test", help="run suites of alarms with what is expected of each"))
    _take_convert(commands.add_parser("convert", help="write a rule in another form"))
    return parser


def _take_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help='a rule, - for standard input, or "rules/**/*.json"')
    _take_format(parser, "json", "sarif")
    parser.set_defaults(run=check_files)


def _take_simulate(parser: argparse.ArgumentParser) -> None:
    _take_rule(parser)
    parser.add_argument("alarms", metavar="ALARMS", help=".ndjson, .json or .csv; - is NDJSON on standard input")
    parser.add_argument("--assume", action="append", default=[], metavar="ID=CHOICE", help="such as D7=whole")
    _take_format(parser, "json")
    parser.set_defaults(run=simulate)


def _take_test(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("suites", nargs="+", metavar="SUITE", help='.json or .yaml, or "suites/*.yaml"')
    _take_format(parser, "json", "junit")
    parser.set_defaults(run=run_suites)


def _take_convert(parser: argparse.ArgumentParser) -> None:
    _take_rule(parser)
    parser.add_argument("--to", required=True, metavar="FORM", help="match_v3, detail, mermaid, svg, sql or terraform")
    parser.add_argument("--dialect", help="of sql: duckdb, postgres, spark, trino or clickhouse")
    parser.set_defaults(run=convert_rule, format="converted")


def _take_rule(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rule", metavar="RULE", help="a file with a rule; - is standard input")


def _take_format(parser: argparse.ArgumentParser, *others: str) -> None:
    parser.add_argument("--format", choices=["text", *others], default="text")


if __name__ == "__main__":
    sys.exit(main())
