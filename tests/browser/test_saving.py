"""Saving at once, and saving with a few words for those who read the history."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import copy_of_sample, document_of, open_canvas, unique

MERGE_1 = "flow-y7b5HNsE"


@pytest.fixture
def rule_id(designer: Page) -> str:
    rule_id = copy_of_sample(designer, unique("saved"))
    open_canvas(designer, rule_id)
    return rule_id


def message_field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message")


def write_message(page: Page, text: str) -> Locator:
    """Change the description, open the dialog by its keys and write a message; the dialog."""
    page.get_by_label("Description").fill("changed")
    page.keyboard.press("Control+Shift+S")
    dialog = page.get_by_test_id("save-dialog")
    expect(message_field(page)).to_be_focused()
    page.keyboard.type(text)
    return dialog


def messages(page: Page, rule_id: str) -> list[str]:
    """Of all versions, newest first."""
    versions = page.request.get(f"/api/rules/{rule_id}/versions/").json()["results"]
    return [version["message"] for version in versions]


def test_a_message_is_stored_and_shown_in_the_history(designer: Page, rule_id: str) -> None:
    page = designer
    page.get_by_test_id(f"node-{MERGE_1}").click()
    page.keyboard.press("Delete")
    page.get_by_test_id("save-more").click()
    page.get_by_role("menuitem", name=re.compile("^Save with a message")).click()
    dialog = page.get_by_test_id("save-dialog")
    expect(dialog).to_contain_text("Save as v2")
    expect(page.get_by_test_id("save-summary")).to_contain_text("1 card removed")
    expect(dialog.get_by_test_id("changes")).to_contain_text("Merge 1")
    message_field(page).fill("The pager was told twice,\nas <b>ops</b> said.")
    page.get_by_test_id("save-confirm").click()
    expect(page.get_by_test_id("notice")).to_contain_text("Saved as v2")
    expect(dialog).to_have_count(0)
    assert messages(page, rule_id)[0] == "The pager was told twice,\nas <b>ops</b> said."
    page.goto(f"/rules/{rule_id}/history/")
    expect(page.get_by_role("row").nth(1)).to_contain_text("as <b>ops</b> said.")
    page.goto(f"/rules/{rule_id}/preview/")
    expect(page.get_by_role("main")).to_contain_text("The pager was told twice,")


def test_ctrl_s_saves_at_once_and_without_a_message(designer: Page, rule_id: str) -> None:
    page = designer
    write_message(page, "not meant for this save").press("Escape")
    expect(page.get_by_test_id("save-dialog")).to_have_count(0)
    page.keyboard.press("Control+s")
    expect(page.get_by_test_id("notice")).to_contain_text("Saved as v2")
    assert messages(page, rule_id)[0] == ""


def test_a_message_that_was_put_off_is_there_again(designer: Page, rule_id: str) -> None:
    page = designer
    write_message(page, "half a sen").get_by_role("button", name="Cancel").click()
    expect(page.get_by_label("Description")).to_be_focused()
    expect(page.locator(".save-state")).to_have_text("Unsaved changes")
    page.keyboard.press("Control+Shift+S")
    expect(message_field(page)).to_have_value("half a sen")
    page.keyboard.press("Control+End")
    page.keyboard.type("tence")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("notice")).to_contain_text("Saved as v2")
    assert messages(page, rule_id)[0] == "half a sentence"


def test_without_a_line_the_dialog_and_its_text_stay(designer: Page, rule_id: str) -> None:
    page = designer
    dialog = write_message(page, "kept while offline")
    page.context.set_offline(True)
    page.get_by_test_id("save-confirm").click()
    expect(page.get_by_test_id("save-refused")).to_contain_text("Not saved: the server cannot be reached.")
    expect(message_field(page)).to_have_value("kept while offline")
    page.context.set_offline(False)
    page.get_by_test_id("save-confirm").click()
    expect(dialog).to_have_count(0)
    assert messages(page, rule_id)[0] == "kept while offline"


def test_the_dialog_does_not_tell_of_what_was_refused_before_it(designer: Page, rule_id: str) -> None:
    page = designer
    page.get_by_label("Description").fill("changed")
    page.context.set_offline(True)
    page.keyboard.press("Control+s")
    expect(page.get_by_test_id("notice")).to_contain_text("Not saved")
    page.context.set_offline(False)
    dialog = write_message(page, "second try")
    expect(dialog.get_by_test_id("save-confirm")).to_be_visible()
    expect(page.get_by_test_id("save-refused")).to_have_count(0)


def test_a_dialog_that_does_not_come_is_told_to_be_missing(designer: Page, rule_id: str) -> None:
    page = designer
    page.route(re.compile(r"/assets/SaveDialog-.*\.js"), lambda route: route.abort())
    page.reload()
    page.get_by_label("Description").fill("changed")
    page.keyboard.press("Control+Shift+S")
    expect(page.get_by_test_id("notice")).to_contain_text("This part of the page could not be loaded")
    expect(page.get_by_label("Description")).to_have_value("changed")


def test_after_the_session_ended_the_text_waits_for_the_next(designer: Page, rule_id: str) -> None:
    page = designer
    write_message(page, "typed before the night")
    cookies = page.context.cookies()
    page.context.clear_cookies(name="session")
    page.get_by_test_id("save-confirm").click()
    expect(page.get_by_test_id("save-refused")).to_contain_text("Your session has ended.")
    page.context.add_cookies([cookie for cookie in cookies if cookie["name"] == "session"])  # type: ignore[misc]
    page.get_by_test_id("save-confirm").click()
    expect(page.get_by_test_id("save-dialog")).to_have_count(0)
    assert messages(page, rule_id)[0] == "typed before the night"


def test_a_save_over_another_s_version_keeps_the_message(
    designer: Page, rule_id: str, browser_of: Callable[[str], Page]
) -> None:
    page = designer
    theirs = browser_of("admin")
    open_canvas(theirs, rule_id)
    theirs.get_by_label("Description").fill("theirs")
    theirs.get_by_test_id("save").click()
    expect(theirs.locator(".save-state")).to_have_text("Saved")
    dialog = write_message(page, "mine is right")
    page.get_by_test_id("save-confirm").click()
    expect(page.get_by_test_id("conflict")).to_be_visible()
    page.get_by_test_id("conflict-keep").click()
    expect(page.get_by_test_id("notice")).to_contain_text("Saved as v3")
    expect(dialog).to_have_count(0)
    assert messages(page, rule_id)[0] == "mine is right"
    assert document_of(page, rule_id)["desc"] == "changed"


def test_a_message_that_is_too_long_says_so_before_it_is_sent(designer: Page, rule_id: str) -> None:
    page = designer
    write_message(page, "")
    message_field(page).fill("键" * 501)
    expect(page.get_by_test_id("save-dialog")).to_contain_text("At most 500 characters")
    expect(page.get_by_test_id("save-confirm")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("save-dialog")).to_be_visible()
    message_field(page).fill("键" * 500)
    page.get_by_test_id("save-confirm").click()
    expect(page.get_by_test_id("notice")).to_contain_text("Saved as v2")
    assert messages(page, rule_id)[0] == "键" * 500


def test_what_is_saved_already_is_not_asked_about(designer: Page, rule_id: str) -> None:
    page = designer
    page.keyboard.press("Control+Shift+S")
    expect(page.get_by_test_id("notice")).to_contain_text("Everything is saved.")
    expect(page.get_by_test_id("save-dialog")).to_have_count(0)


def test_a_new_rule_gets_its_first_version_with_a_message(designer: Page) -> None:
    page = designer
    page.goto("/rules/new/")
    page.get_by_test_id("rule-name").fill(unique("first"))
    page.keyboard.press("Control+Shift+S")
    expect(page.get_by_test_id("save-dialog")).to_contain_text("The first version of this rule.")
    page.keyboard.type("where it begins")
    page.get_by_test_id("save-confirm").click()
    page.wait_for_url(re.compile(r"/rules/[0-9a-f-]{36}/"))
    assert messages(page, page.url.rstrip("/").split("/")[-1]) == ["where it begins"]
