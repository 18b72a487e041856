"""Two people, two tabs, no line, no session: whatever happens to a rule outside of a page, its work is not lost."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import PASSWORD
from tests.browser.steps import NODES, copy_of_sample, document_of, open_canvas, unique
from tests.browser.test_diff import MERGE_1, next_version, node
from tests.browser.test_outcomes import close_tab, save_state

MERGE_2 = "flow-xc0QfFsN"


@pytest.fixture
def two(designer: Page, browser_of: Callable[[str], Page]) -> tuple[Page, Page, str]:
    """The designer and the admin, each with the same rule open, and its id."""
    rule_id = copy_of_sample(designer, unique("two"))
    other = browser_of("admin")
    for page in (designer, other):
        open_canvas(page, rule_id)
    return designer, other, rule_id


def describe(page: Page, text: str) -> None:
    page.get_by_label("Description").fill(text)


def saved(page: Page) -> None:
    page.get_by_test_id("save").click()
    expect(save_state(page)).to_have_text("Saved")


def waits(page: Page, card: str, text: str) -> None:
    """Set the first wait of a merge card."""
    page.get_by_test_id(f"node-{card}").click()
    field = page.get_by_test_id("inspector").get_by_label("First after")
    field.fill(text)
    field.press("Enter")
    page.keyboard.press("Escape")


def choice(row: Locator, side: str) -> Locator:
    return row.get_by_role("button", name=side, exact=True)


def wait_of(document: Any, card: str) -> Any:
    return node(document, card)["value"]["combineConfig"]["group_wait"]


def conflicting(mine: Page, theirs: Page) -> Locator:
    """Both set the first wait of one card; mine sets another's too, theirs the description. The dialog of my save."""
    describe(theirs, "theirs")
    waits(theirs, MERGE_1, "15 s")
    saved(theirs)
    waits(mine, MERGE_1, "30 s")
    waits(mine, MERGE_2, "45 s")
    mine.get_by_test_id("save").click()
    dialog = mine.get_by_test_id("conflict")
    expect(dialog).to_contain_text("admin saved v2")
    return dialog


def test_a_stale_save_overwrites_nothing_and_lets_one_choose_card_by_card(two: tuple[Page, Page, str]) -> None:
    mine, theirs, rule_id = two
    dialog = conflicting(mine, theirs)
    both = dialog.get_by_test_id(f"merge-card-{MERGE_1}-/value/combineConfig/group_wait")
    expect(both).to_contain_text("15 s")
    expect(both).to_contain_text("30 s")
    only_mine = dialog.get_by_test_id(f"merge-card-{MERGE_2}-/value/combineConfig/group_wait")
    expect(only_mine).to_contain_text("as in v1")
    expect(choice(only_mine, "Mine")).to_have_attribute("aria-pressed", "true")
    expect(choice(dialog.get_by_test_id("merge-rule-/desc"), "Theirs")).to_have_attribute("aria-pressed", "true")
    dialog.get_by_test_id("conflict-merge-save").hover()
    expect(dialog.get_by_role("tooltip")).to_contain_text("1 choice left to make")
    assert document_of(mine, rule_id)["desc"] == "theirs"

    choice(both, "Mine").click()
    dialog.get_by_test_id("conflict-merge-save").click()
    expect(save_state(mine)).to_have_text("Saved")
    document = document_of(mine, rule_id)
    assert (wait_of(document, MERGE_1), wait_of(document, MERGE_2), document["desc"]) == (30, 45, "theirs")
    assert mine.request.get(f"/api/rules/{rule_id}/").json()["version"] == 3


def test_the_dialog_of_a_stale_save_has_no_violations(two: tuple[Page, Page, str]) -> None:
    mine, theirs, _ = two
    dialog = conflicting(mine, theirs)
    expect(dialog.get_by_test_id("merge-rule-/desc")).to_be_visible()
    found = {"choices": violations(mine)}
    dialog.get_by_role("button", name="Both pictures").click()
    expect(dialog.get_by_test_id(f"diff-{MERGE_1}").locator("del, ins")).to_have_count(2)
    found["pictures"] = violations(mine)
    dialog.get_by_role("button", name="Back to my draft").click()
    expect(save_state(mine)).to_have_text("Unsaved changes")
    assert not any(found.values()), found


def test_putting_both_together_is_one_step_of_undo(two: tuple[Page, Page, str]) -> None:
    mine, theirs, rule_id = two
    dialog = conflicting(mine, theirs)
    choice(dialog.get_by_test_id(f"merge-card-{MERGE_1}-/value/combineConfig/group_wait"), "Theirs").click()
    dialog.get_by_test_id("conflict-merge").click()
    expect(dialog).to_have_count(0)
    expect(mine.get_by_label("First after")).to_have_value("45 s")
    mine.get_by_test_id(f"node-{MERGE_1}").click()
    expect(mine.get_by_label("First after")).to_have_value("15 s")
    mine.get_by_test_id("undo").click()
    expect(mine.get_by_label("First after")).to_have_value("30 s")
    mine.get_by_test_id("redo").click()
    saved(mine)
    document = document_of(mine, rule_id)
    assert (wait_of(document, MERGE_1), wait_of(document, MERGE_2), document["desc"]) == (15, 45, "theirs")


def test_all_of_mine_or_all_of_theirs_can_be_taken(two: tuple[Page, Page, str]) -> None:
    mine, theirs, rule_id = two
    dialog = conflicting(mine, theirs)
    dialog.get_by_test_id("conflict-take").click()
    expect(save_state(mine)).to_have_text("Saved")
    mine.get_by_test_id("undo").click()
    expect(save_state(mine)).to_have_text("Unsaved changes")
    saved(mine)
    document = document_of(mine, rule_id)
    assert (wait_of(document, MERGE_1), wait_of(document, MERGE_2)) == (30, 45)
    assert "desc" not in document


def test_my_draft_stays_in_the_browser_until_something_is_saved(two: tuple[Page, Page, str]) -> None:
    mine, theirs, rule_id = two
    conflicting(mine, theirs).get_by_test_id("conflict-take").click()
    expect(save_state(mine)).to_have_text("Saved")
    again = close_tab(mine)
    open_canvas(again, rule_id)
    expect(again.get_by_test_id("draft-offer")).to_contain_text("begun from v1")
    expect(again.get_by_test_id("draft-summary")).to_have_text("2 cards changed, the rule's own settings changed")
    again.get_by_test_id("draft-compare").click()
    changes = again.get_by_test_id("draft-changes")
    expect(changes).to_contain_text("45 s")
    changes.get_by_role("button", name="Restore draft").click()
    expect(again.get_by_label("Description")).to_have_value("")
    again.get_by_test_id("save").click()
    expect(again.get_by_test_id("conflict")).to_contain_text("admin saved v2")


def test_what_somebody_else_saved_is_told_and_can_be_taken(two: tuple[Page, Page, str]) -> None:
    mine, theirs, rule_id = two
    waits(theirs, MERGE_1, "15 s")
    saved(theirs)
    mine.evaluate("window.dispatchEvent(new Event('focus'))")
    banner = mine.get_by_test_id("banner-newer")
    expect(banner).to_contain_text("admin saved v2")
    mine.get_by_test_id("see-changes").click()
    news = mine.get_by_test_id("news")
    expect(news).to_contain_text("1 card changed")
    expect(news).to_contain_text("15 s")
    news.get_by_test_id("news-take").click()
    expect(banner).to_have_count(0)
    expect(save_state(mine)).to_have_text("Saved")
    mine.get_by_test_id(f"node-{MERGE_1}").click()
    expect(mine.get_by_label("First after")).to_have_value("15 s")


def test_what_somebody_else_saved_is_put_together_with_my_draft_before_i_save(two: tuple[Page, Page, str]) -> None:
    mine, theirs, rule_id = two
    describe(mine, "mine")
    waits(theirs, MERGE_1, "15 s")
    saved(theirs)
    mine.evaluate("window.dispatchEvent(new Event('focus'))")
    mine.get_by_test_id("see-changes").click()
    mine.get_by_test_id("news-merge").click()
    mine.get_by_test_id("conflict-merge").click()
    saved(mine)
    document = document_of(mine, rule_id)
    assert (document["desc"], wait_of(document, MERGE_1)) == ("mine", 15)


def test_a_message_that_is_put_away_stays_away(two: tuple[Page, Page, str]) -> None:
    mine, theirs, _ = two
    describe(theirs, "theirs")
    saved(theirs)
    mine.evaluate("window.dispatchEvent(new Event('focus'))")
    banner = mine.get_by_test_id("banner-newer")
    banner.get_by_role("button", name="Dismiss").click()
    expect(banner).to_have_count(0)
    with mine.expect_response(lambda answer: answer.status == 304):
        mine.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(banner).to_have_count(0)


def test_a_second_tab_is_told_at_once(designer: Page) -> None:
    first = designer
    rule_id = copy_of_sample(first, unique("tabs"))
    open_canvas(first, rule_id)
    second = first.context.new_page()
    open_canvas(second, rule_id)
    for page in (first, second):
        expect(page.get_by_test_id("banner-other-tab")).to_contain_text("open in another tab")
    describe(first, "of the first tab")
    saved(first)
    expect(second.get_by_test_id("banner-newer")).to_contain_text("designer saved v2")
    second.get_by_test_id("banner-other-tab").get_by_role("button", name="Dismiss").click()
    expect(second.get_by_test_id("banner-other-tab")).to_have_count(0)


def test_a_page_without_a_line_says_so_and_goes_on_when_it_is_back(designer: Page) -> None:
    page = designer
    rule_id = copy_of_sample(page, unique("line"))
    open_canvas(page, rule_id)
    page.context.set_offline(True)
    banner = page.get_by_test_id("banner-offline")
    expect(banner).to_contain_text("Your changes are kept in this browser")
    describe(page, "written without a line")
    page.get_by_test_id("save").click()
    expect(page.get_by_test_id("notice")).to_contain_text("Not saved")
    page.context.set_offline(False)
    expect(banner).to_have_count(0)
    saved(page)
    assert document_of(page, rule_id)["desc"] == "written without a line"


def test_a_session_that_ended_costs_nothing(designer: Page) -> None:
    page = designer
    rule_id = copy_of_sample(page, unique("session"))
    open_canvas(page, rule_id)
    describe(page, "written after the session")
    page.context.clear_cookies()
    page.get_by_test_id("save").click()
    banner = page.get_by_test_id("banner-session")
    expect(banner).to_contain_text("Log in in another tab, then save again; your draft stays here.")
    expect(save_state(page)).to_have_text("Unsaved changes")
    with page.context.expect_page() as opened:
        banner.get_by_role("link", name="Log in").click()
    login = opened.value
    login.get_by_label("User name").fill("designer")
    login.get_by_label("Password").fill(PASSWORD)
    login.get_by_role("button", name="Sign in").click()
    login.wait_for_url("**/")
    login.close()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(banner).to_have_count(0)
    expect(page.get_by_label("Description")).to_have_value("written after the session")
    saved(page)
    assert document_of(page, rule_id)["desc"] == "written after the session"


def test_a_reviewer_is_told_and_sees_what_changed(
    sign_in: Callable[[str], Page], browser_of: Callable[[str], Page]
) -> None:
    author = browser_of("designer")
    rule_id = copy_of_sample(author, unique("seen"))
    page = sign_in("reviewer")
    open_canvas(page, rule_id)
    next_version(author, rule_id, lambda document: document.update(desc="new"))
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.get_by_test_id("banner-newer")).to_contain_text("designer saved v2")
    page.get_by_test_id("see-changes").click()
    page.get_by_test_id("news").get_by_role("button", name="Show v2").click()
    expect(page.get_by_label("Description")).to_have_value("new")
    expect(page.get_by_test_id(NODES)).to_have_count(9)
