"""English and Chinese are complete: every message has its translation, no translation is left of what nobody says."""

import json
import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message
from django.conf import settings
from django.utils import translation

from catalogue import files
from catalogue.found import ROOT, Text, in_canvas, messages, spoken
from editor.catalogue import check_compiled, front_catalogue
from editor.flow.checks import check
from editor.flow.finding import Finding
from editor.flow.outline import rows
from editor.flow.reading import Unreadable, read
from editor.flow.say import said_again, say
from editor.flow.words import row_text
from tests.conftest import DOCUMENTS

PLACES = re.compile(r"%\(\w+\)s|\{\{|\}\}|\{\w+\}")
CATALOGUES = [pytest.param(path, id=path.parts[-3]) for path in files.catalogues()]


@pytest.fixture(scope="module")
def said() -> dict[Text, set[str]]:
    return messages()


@pytest.fixture(scope="module", params=CATALOGUES)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    return files.read(request.param)


@pytest.fixture
def chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


def entries(catalogue: Catalog) -> list[tuple[Text, Message]]:
    pairs = [(entry.id if isinstance(entry.id, tuple) else (entry.id, ""), entry) for entry in catalogue if entry.id]
    return [(Text(*pair), entry) for pair, entry in pairs]


def translations(entry: Message) -> tuple[str, ...]:
    return tuple(map(str, entry.string)) if isinstance(entry.string, tuple) else (str(entry.string or ""),)


def test_there_is_a_catalogue_for_each_language_that_is_offered() -> None:
    offered = {translation.to_locale(code) for code, _ in settings.LANGUAGES} - {settings.LANGUAGE_CODE}
    assert {path.parts[-3] for path in files.catalogues()} == offered


def test_the_front_end_says_nothing_that_a_catalogue_could_not_hold() -> None:
    assert in_canvas(ROOT / "static")["faults"] == []


def test_every_message_is_in_the_catalogue_and_nothing_else_is(catalogue: Catalog, said: dict[Text, set[str]]) -> None:
    known = {text for text, _ in entries(catalogue)}
    assert {text.message for text in said.keys() - known} == set(), "run: make messages"
    assert {text.message for text in known - said.keys()} == set(), "run: make messages"


def test_every_entry_stands_where_it_is_said(catalogue: Catalog, said: dict[Text, set[str]]) -> None:
    where = {text: {file for file, _ in entry.locations} for text, entry in entries(catalogue)}
    assert {text.message for text, places in where.items() if places != said.get(text)} == set(), "run: make messages"


def test_every_entry_is_translated(catalogue: Catalog) -> None:
    assert [text.message for text, entry in entries(catalogue) if entry.fuzzy or not all(translations(entry))] == []


def test_a_translation_has_the_places_of_its_message(catalogue: Catalog) -> None:
    for text, entry in entries(catalogue):
        for translated in translations(entry):
            places = PLACES.findall(text.plural or text.message)
            assert sorted(PLACES.findall(translated)) == sorted(places), text.message


def test_what_runs_is_what_was_written(catalogue: Catalog) -> None:
    with translation.override(translation.to_language(str(catalogue.locale))):
        stale = [text.message for text, entry in entries(catalogue) if not _runs(text, entry)]
        assert stale == [], "run: make setup"
        assert front_catalogue("canvas") == files.said_in(catalogue, ("static/src/",))


def _runs(text: Text, entry: Message) -> bool:
    if text.plural:
        return translation.ngettext(text.message, text.plural, 2) == translations(entry)[-1]
    return translation.gettext(text.message) == translations(entry)[0]


def test_every_language_is_compiled() -> None:
    assert check_compiled(None) == []


def test_english_needs_no_catalogue() -> None:
    with translation.override("en"):
        assert front_catalogue("canvas") == {}


@pytest.mark.usefixtures("chinese")
def test_no_finding_of_any_document_says_an_english_sentence() -> None:
    english = re.compile(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}")
    for path in sorted(DOCUMENTS.rglob("*.json")):
        for found in findings_in(path.read_bytes()):
            assert not english.search(f"{found.message} {found.hint}"), f"{path.name}: {found.message} {found.hint}"


def findings_in(text: bytes) -> list[Finding]:
    try:
        return check(read(text))
    except Unreadable as error:
        return error.findings


@pytest.mark.usefixtures("chinese")
def test_what_a_finding_quotes_is_translated_with_it() -> None:
    (found,) = findings_in(b'{"name": "a", "match_v3": {"nodes": 7}}')
    assert found.message == "/match_v3/nodes 必须是列表；现在是数字 7。"


@pytest.mark.usefixtures("chinese")
def test_a_rule_reads_as_chinese_and_its_values_as_they_are() -> None:
    flow = read((DOCUMENTS / "good" / "published-sample.json").read_bytes()).flow
    assert flow is not None
    said = [f"{flow.titles[row.id]}：{row_text(flow, row)}" for row in rows(flow)]
    assert said[0] == "开始：每条告警都从这里开始。"
    assert said[2] == (
        "合并 1：合并方式：按告警名称、告警信息和标签智能合并；首次等待 0 秒，之后每 5 秒，不重复；通知 aaa。"
    )
    assert said[5] == "条件 3：以下全部满足：告警级别为 Critical、标签 1 为 1、告警源为 1。"


def test_a_sentence_that_was_kept_is_said_in_the_language_of_whoever_reads_it() -> None:
    kept = json.loads(json.dumps(say("{answer} Nothing was sent.", answer=say("Try again shortly.")).as_json()))
    assert said_again(kept) == "Try again shortly. Nothing was sent."
    with translation.override("zh-hans"):
        assert said_again(kept) == "请稍后重试。尚未发送任何内容。"


def test_a_message_keeps_the_braces_of_what_stands_in_its_places() -> None:
    assert say("{name}: {detail}", name="{detail}", detail="{0}") == "{detail}: {0}"


def test_messages_are_found_where_they_are_marked() -> None:
    source = (
        'say("one", n=1)\nmark("two")\nraise Problem(409, "three", detail)\ncounted(n, "four", "fours")\nprint("five")'
    )
    assert sorted(spoken(source)) == ["four", "fours", "one", "three", "two"]
