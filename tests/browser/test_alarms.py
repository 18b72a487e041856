"""An alarm is handled in the browser: what the cloud gets is what was chosen, once; what is unclear is settled."""

import json
import re
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from api_proxy.sandbox import PROJECT_ID
from tests.browser.axe import violations
from tests.browser.conftest import Product
from tests.browser.steps import csrf, inject
from tests.browser.test_accessibility import PHONES, SCREENS, named, opened
from tests.conftest import DOCUMENTS

TEXTS = ("script_params", "execute_atomic_tasks", "vars")


def sample(kind: str) -> Any:
    return json.loads((DOCUMENTS / "coc" / f"request_{kind}.json").read_text(encoding="utf-8"))


def read_out(body: Any) -> Any:
    """A request with the JSON within its texts read, so that members are compared and not spaces."""
    parameters = {name: json.loads(value) if name in TEXTS else value for name, value in body["input_param"].items()}
    steps = [
        {**step, "target_instances": step["target_instances"] and json.loads(step["target_instances"])}
        for step in body["target_instances"]
    ]
    return {**body, "input_param": parameters, "target_instances": steps}


def published_machine(kind: str) -> dict[str, Any]:
    """The machine of a published request, as the cloud would list it."""
    step = json.loads(sample(kind)["target_instances"][0]["target_instances"])
    shown = step["batches"][0]["cmdbInstances"][0]
    names = {"resourceId": "resource_id", "projectId": "project_id", "domainId": "domain_id", "regionId": "region_id"}
    names |= {"agentId": "agent_id", "agentState": "agent_state", "enterpriseProjectId": "ep_id"}
    return {names.get(name, name): value for name, value in shown.items()}


def an_alarm(product: Product, **seeds: Any) -> str:
    """A new alarm in a cloud that begins anew but keeps its rules; its id."""
    alarm = f"ALM{uuid.uuid4().hex[:20]}"
    body = json.dumps({"keep_rules": True, "alarms": [{"id": alarm}], **seeds}).encode()
    headers = {"Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(f"{product.cloud}/_sandbox/reset", body, headers)).close()
    return alarm


def handling(alarm: str) -> dict[str, str]:
    return {"method": "POST", "path": f"/v1/alarm-mgmt/alarm/{alarm}/auto-process"}


def received(product: Product, alarm: str) -> list[Any]:
    """What the cloud was told to run because of the alarm."""
    wanted = handling(alarm)
    entries = [each for each in product.sandbox_requests() if {name: each[name] for name in wanted} == wanted]
    return [json.loads(each["body"]) if isinstance(each["body"], str) else each["body"] for each in entries]


def look_up(page: Page, alarm: str) -> None:
    page.goto("/alarms/?connection=sandbox")
    page.get_by_label("Alarm id").fill(f"  {alarm} ")
    page.get_by_test_id("look-up").click()
    expect(page.get_by_test_id("alarm-facts")).to_contain_text("urgent")
    expect(page).to_have_url(re.compile(alarm))


def choose_script(page: Page, name: str) -> None:
    page.get_by_test_id("tasks").get_by_text(name, exact=True).click()
    expect(page.get_by_text("What it does")).to_be_visible()


def add_machines(page: Page, *names: str) -> None:
    page.get_by_test_id("pick-machines").click()
    dialog = page.get_by_test_id("machines")
    for name in names:
        dialog.get_by_text(name, exact=True).click()
    dialog.get_by_test_id("add-machines").click()
    expect(dialog).to_have_count(0)


def run_it(page: Page, state: str = "started") -> None:
    expect(page.get_by_test_id("run")).not_to_have_attribute("aria-disabled", "true")
    page.get_by_test_id("run").click()
    expect(page.get_by_test_id("run-outcome")).to_have_attribute("data-state", state)


def prepared(page: Page, alarm: str, *machines: str) -> None:
    """The page with a script chosen for so many machines, and told what it would do."""
    look_up(page, alarm)
    choose_script(page, "testScript92DDf")
    add_machines(page, *machines)
    expect(page.get_by_test_id("summary")).to_contain_text("Runs the script testScript92DDf as root")


def test_the_published_script_is_sent_member_for_member(designer: Page, product: Product) -> None:
    alarm = an_alarm(product, resources=[published_machine("script")])
    prepared(designer, alarm, "platform04-l60076595")
    designer.get_by_test_id("exact-request").locator("summary").click()
    expect(designer.get_by_label("The exact request")).to_contain_text(f"/alarm/{alarm}/auto-process")
    run_it(designer)
    expected = sample("script")
    expected["input_param"]["project_id"] = PROJECT_ID
    assert [read_out(body) for body in received(product, alarm)] == [read_out(expected)]
    expect(designer.get_by_test_id("order-state")).to_contain_text("finished", timeout=30_000)
    expect(designer.get_by_test_id("before-row")).to_have_count(1)


def test_the_published_plan_is_sent_member_for_member(designer: Page, product: Product) -> None:
    page, alarm = designer, an_alarm(product, resources=[published_machine("plan")])
    look_up(page, alarm)
    page.get_by_text("prepared for incidents").click()
    page.get_by_label("Plan id").fill("CTP20250705005804610013656")
    page.get_by_label("Plan name").fill("test-v5")
    page.get_by_text("A script", exact=True).click()
    choose_script(page, "yy-ccc")
    expect(page.get_by_label("aaa")).to_have_value("1")
    add_machines(page, "platform04-l60076595")
    run_it(page)
    expected = sample("plan")
    expected["input_param"]["project_id"] = PROJECT_ID
    assert [read_out(body) for body in received(product, alarm)] == [read_out(expected)]
    page.reload()
    page.get_by_text("prepared for incidents").click()
    page.get_by_role("radiogroup", name="Plans you ran").get_by_text("test-v5").click()
    expect(page.get_by_label("Plan id")).to_have_value("CTP20250705005804610013656")
    page.get_by_role("button", name="Forget test-v5").click()
    expect(page.get_by_role("radiogroup", name="Plans you ran")).to_have_count(0)


def test_the_published_job_is_sent_member_for_member(designer: Page, product: Product) -> None:
    page, alarm = designer, an_alarm(product)
    expected = sample("runbook")
    look_up(page, alarm)
    page.get_by_text("steps, each with its targets").click()
    page.get_by_test_id("tasks").get_by_text("listinstance", exact=True).click()
    page.get_by_label("The job's steps as JSON").fill(expected["input_param"]["execute_atomic_tasks"])
    page.get_by_text("Each step its own").click()
    for step in ("1 listinstance", "1.1 listinstance"):
        page.get_by_text(step, exact=True).click()
        page.get_by_text("No machine", exact=True).click()
    page.get_by_label("Region").fill("cn-north-4")
    run_it(page)
    expected["input_param"]["project_id"] = PROJECT_ID
    assert [read_out(body) for body in received(product, alarm)] == [read_out(expected)]


def test_the_number_of_machines_is_typed_and_a_wrong_one_sends_nothing(designer: Page, product: Product) -> None:
    page, alarm = designer, an_alarm(product)
    prepared(page, alarm, "platform01", "platform02", "platform03")
    page.get_by_text("By hand", exact=True).click()
    page.get_by_test_id("add-batch").click()
    page.get_by_label("Batch of platform03").select_option("Batch 2")
    page.get_by_label("After batch 1").select_option("pause and ask")
    page.get_by_role("button", name="platform01 later").click()
    expect(page.get_by_test_id("spoken")).to_contain_text("platform01: batch 1, place 2")
    expect(page.get_by_test_id("summary")).to_contain_text("3 machines in 2 batches")
    page.get_by_label("Type the number of machines").fill("2")
    button = page.get_by_test_id("run")
    expect(button).to_contain_text("Run once on 3 machines")
    expect(button).not_to_have_attribute("aria-disabled", "true")
    button.click()
    expect(page.get_by_label("Type the number of machines")).to_be_focused()
    expect(page.get_by_test_id("spoken")).to_contain_text("It runs on 3 machines")
    assert received(product, alarm) == []
    page.get_by_label("Type the number of machines").fill("3")
    run_it(page)
    (body,) = received(product, alarm)
    batches = json.loads(body["target_instances"][0]["target_instances"])["batches"]
    shown = [[each["properties"]["hostName"] for each in batch["targetInstances"]] for batch in batches]
    assert shown == [["platform02", "platform01"], ["platform03"]]
    assert [batch["rotationStrategy"] for batch in batches] == ["PAUSE", "CONTINUE"]
    assert body["target_instances"][0]["batch_strategy"] == "MANUAL_BATCH"


def test_a_second_run_wants_a_reason(designer: Page, product: Product) -> None:
    page, alarm = designer, an_alarm(product)
    prepared(page, alarm, "platform01")
    run_it(page)
    page.get_by_test_id("start-over").click()
    why = page.get_by_label("Why again")
    expect(why).to_be_visible()
    expect(page.get_by_test_id("run")).not_to_have_attribute("aria-disabled", "true")
    page.get_by_test_id("run").click()
    expect(why).to_be_focused()
    assert len(received(product, alarm)) == 1
    why.fill("The first run reached one broker only.")
    run_it(page)
    assert len(received(product, alarm)) == 2
    page.goto(f"/alarms/runs/?alarm={alarm}")
    page.locator("tbody a").first.click()
    expect(page.get_by_text("The first run reached one broker only.")).to_be_visible()


def test_an_unclear_outcome_is_explained_and_settled(designer: Page, product: Product) -> None:
    page, alarm = designer, an_alarm(product)
    inject(product, {"match": handling(alarm), "close": "before"})
    prepared(page, alarm, "platform01")
    run_it(page, "needs_human")
    expect(page.get_by_test_id("run-outcome")).to_contain_text("Nobody knows for certain whether the task ran")
    expect(page.get_by_test_id("before-row")).to_contain_text("unclear")
    page.get_by_test_id("settle").click()
    page.get_by_test_id("settle-dialog").get_by_text("It did not run").click()
    page.get_by_label("Note").fill("n" * 501)
    expect(page.get_by_text("At most 500 characters; this has 501.")).to_be_visible()
    expect(page.get_by_test_id("settle-save")).to_have_attribute("aria-disabled", "true")
    page.get_by_label("Note").fill("COC shows no run.")
    page.get_by_test_id("settle-save").click()
    expect(page.get_by_test_id("run-outcome")).to_have_attribute("data-state", "rejected")
    expect(page.get_by_test_id("before-row")).to_contain_text("did not run, as somebody found out")
    expect(page.get_by_test_id("before")).to_be_focused()
    assert len(received(product, alarm)) == 1
    page.get_by_role("link", name="In full").click()
    expect(page.get_by_text("COC shows no run.")).to_be_visible()
    expect(page.get_by_text("No new run of this task.")).to_be_visible()


def test_an_answer_lost_on_the_way_to_the_browser_is_asked_for_with_the_same_key(
    designer: Page, product: Product
) -> None:
    page, alarm = designer, an_alarm(product)
    keys: list[str] = []

    def lose_the_first(route: Any) -> None:
        keys.append(route.request.headers.get("idempotency-key", ""))
        if '"dry_run":true' in (route.request.post_data or ""):
            keys.pop()
            route.continue_()
            return
        answer = route.fetch()
        if len(keys) == 1:
            route.abort()
        else:
            route.fulfill(response=answer)

    page.route("**/handle/", lose_the_first)
    prepared(page, alarm, "platform01")
    expect(page.get_by_test_id("run")).not_to_have_attribute("aria-disabled", "true")
    page.get_by_test_id("run").click()
    expect(page.get_by_test_id("silent")).to_contain_text("It may have been sent.")
    expect(page.get_by_test_id("connection")).to_be_disabled()
    page.get_by_test_id("ask-again").click()
    expect(page.get_by_test_id("run-outcome")).to_have_attribute("data-state", "started")
    assert len(keys) == 2 and keys[0] == keys[1] != ""
    assert len(received(product, alarm)) == 1


def test_secrets_are_masked_in_what_is_shown_and_sent_as_typed(designer: Page, product: Product) -> None:
    page, alarm = designer, an_alarm(product)
    look_up(page, alarm)
    choose_script(page, "rotate_password")
    field = page.get_by_label("db_password")
    expect(field).to_have_attribute("type", "password")
    field.fill("canary-3141")
    add_machines(page, "platform01")
    expect(page.get_by_test_id("exact-request")).to_be_visible()
    assert "canary-3141" not in (page.get_by_test_id("exact-request").text_content() or "")
    assert "canary-3141" not in json.dumps(page.evaluate("[{...localStorage}, {...sessionStorage}, location.href]"))
    run_it(page)
    page.get_by_role("link", name="The record of this run").click()
    expect(page.get_by_label("The request")).to_contain_text("db_password")
    assert "canary-3141" not in page.content()


def test_a_machine_without_a_living_agent_cannot_be_chosen_and_says_why(designer: Page, product: Product) -> None:
    page = designer
    look_up(page, an_alarm(product))
    page.get_by_test_id("pick-machines").click()
    row = page.get_by_test_id("machines").locator("label", has_text="platform12")
    expect(row).to_contain_text("cannot run: its agent is OFFLINE")
    expect(row.get_by_role("checkbox")).to_be_disabled()
    page.get_by_label("Search machines").fill("platform03")
    expect(page.get_by_test_id("machines").get_by_role("checkbox")).to_have_count(1)


def test_an_odd_id_is_told_at_once_and_an_unknown_alarm_by_the_cloud(designer: Page, product: Product) -> None:
    page = designer
    page.goto("/alarms/")
    page.get_by_label("Alarm id").fill("CPU high")
    expect(page.get_by_text("An alarm id begins with ALM")).to_be_visible()
    page.get_by_label("Alarm id").fill("ALMneverheardof")
    page.get_by_test_id("look-up").click()
    expect(page.get_by_test_id("alarm-failed")).to_contain_text("COC.00067003")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_a_link_to_a_connection_that_is_gone_looks_nothing_up_over_another(designer: Page, product: Product) -> None:
    page, alarm = designer, an_alarm(product)
    page.goto(f"/alarms/?alarm={alarm}&connection={uuid.uuid4()}")
    expect(page.get_by_test_id("strange-connection")).to_contain_text("names a connection that is gone")
    expect(page.get_by_label("Alarm id")).to_have_value(alarm)
    assert not any(alarm in each["path"] for each in product.sandbox_requests())
    page.get_by_test_id("look-up").press("Enter")
    expect(page.get_by_test_id("alarm-facts")).to_be_visible()
    expect(page.get_by_test_id("strange-connection")).to_have_count(0)
    expect(page.get_by_test_id("look-up")).to_be_focused()


def test_a_slow_answer_over_one_connection_is_not_shown_for_another(
    designer: Page, product: Product, browser_of: Callable[[str], Page]
) -> None:
    page, alarm = designer, an_alarm(product)
    other = another_connection(browser_of("admin"))
    held: list[Any] = []
    page.route(f"**/api/alarms/{alarm}/?*", lambda route: held.append(route))
    page.goto(f"/alarms/?alarm={alarm}&connection=sandbox")
    expect(page.get_by_text("Asking COC…").first).to_be_visible()
    page.get_by_test_id("connection").select_option(other)
    with page.expect_response("**/histories/?*"):
        held[0].continue_()
    page.evaluate("() => new Promise(done => setTimeout(done))")
    expect(page.get_by_test_id("alarm-facts")).to_have_count(0)
    expect(page.get_by_text("Paste an id and look it up")).to_be_visible()


def another_connection(page: Page) -> str:
    """A second connection to the same cloud; its id."""
    page.goto("/")
    body = {
        "name": f"other-{uuid.uuid4().hex[:8]}",
        "region": "sandbox",
        "coc_region": "sandbox",
        "project_id": PROJECT_ID,
        "kind": "password",
        "iam_domain": "demo",
        "iam_user": "demo",
        "password": "demo-password",
    }
    answer = page.request.post("/api/connections/", data=body, headers=csrf(page))
    assert answer.status == 201, answer.text()
    return str(answer.json()["id"])


def test_a_reviewer_looks_and_runs_nothing(sign_in: Callable[[str], Page], product: Product) -> None:
    page = sign_in("reviewer")
    alarm = an_alarm(product)
    page.goto(f"/alarms/?alarm={alarm}&connection=sandbox")
    expect(page.get_by_test_id("alarm-facts")).to_be_visible()
    expect(page.get_by_test_id("only-looking")).to_contain_text("A designer or an admin may.")
    expect(page.get_by_test_id("run")).to_have_count(0)


#: What a keyboard user reads in each language: the name of the field, of the machines, and the state at the end.
SPOKEN = {"en": ("Alarm id", "started"), "zh-CN": (None, "started")}


def keyboard_run(page: Page, alarm: str) -> None:
    """Handle the alarm without a mouse: from the link to the outcome."""
    page.goto(f"/alarms/?alarm={alarm}&connection=sandbox")
    expect(page.get_by_test_id("alarm-facts")).to_be_visible()
    expect(page.get_by_test_id("tasks").locator("label").first).to_be_visible()
    tab_to(page, "input[name=kind]")
    tab_to(page, "input[name=task-list]")
    page.keyboard.press("Space")
    until_script = page.get_by_test_id("tasks").locator("label.on")
    expect(until_script).to_have_count(1)
    tab_to(page, "[data-testid=pick-machines]")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("machines").locator("label").first).to_be_visible()
    tab_to(page, "[data-testid=machines] input[type=checkbox]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    tab_to(page, "[data-testid=add-machines]")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("machine")).to_have_count(2)
    tab_to(page, "[data-testid=machine] .go-down button")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("machine").last).to_contain_text("platform01")
    expect(page.locator("[data-field=confirmed]")).to_be_visible()
    tab_to(page, "[data-field=confirmed]")
    page.keyboard.type("2")
    expect(page.get_by_test_id("run")).not_to_have_attribute("aria-disabled", "true")
    tab_to(page, "[data-testid=run]")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("run-outcome")).to_have_attribute("data-state", "started")
    # The button is gone; whoever goes on with Tab goes on from here.
    expect(page.locator("[data-part=run-state]")).to_be_focused()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until something that fits has the focus."""
    for _ in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not lead to {selector}")


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_an_alarm_is_handled_with_the_keyboard_alone(
    chromium: Browser, product: Product, session_of: Callable[[str], list[Any]], language: str
) -> None:
    alarm = an_alarm(product)
    for page in opened(chromium, product, session_of("designer"), ("light", 1440, 900, language)):
        keyboard_run(page, alarm)
    assert len(received(product, alarm)) == 1


@pytest.fixture(params=[*SCREENS, ("dark", 1440, 900, "en"), *PHONES], ids=named)
def screen(
    chromium: Browser, product: Product, session_of: Callable[[str], list[Any]], request: pytest.FixtureRequest
) -> Iterator[Page]:
    yield from opened(chromium, product, session_of("admin"), request.param)


def test_there_is_nothing_for_axe_to_find_and_nothing_scrolls_sideways(screen: Page, product: Product) -> None:
    page, alarm = screen, an_alarm(product)
    found: dict[str, list[str]] = {}

    def look(what: str) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        found[what] = violations(page) + (["scrolls sideways"] if wide else [])

    page.goto("/alarms/")
    look("empty")
    page.goto(f"/alarms/?alarm={alarm}&connection=sandbox")
    expect(page.get_by_test_id("alarm-facts")).to_be_visible()
    page.get_by_test_id("tasks").get_by_text("restart_service", exact=True).click()
    page.get_by_test_id("pick-machines").click()
    for name in ("platform01", "platform02"):
        page.get_by_test_id("machines").get_by_text(name, exact=True).click()
    look("machines")
    page.get_by_test_id("add-machines").click()
    page.locator("[data-field=strategy] label").last.click()
    page.get_by_test_id("add-batch").click()
    page.get_by_test_id("add-parameter").click()
    look("at fault")
    page.locator("[data-field=parameter-name-2]").fill("extra")
    expect(page.locator("[data-field=confirmed]")).to_be_visible()
    look("ready")
    page.locator("[data-field=confirmed]").fill("2")
    expect(page.get_by_test_id("run")).not_to_have_attribute("aria-disabled", "true")
    inject(product, {"match": handling(alarm), "close": "before"})
    page.get_by_test_id("run").click()
    expect(page.get_by_test_id("run-outcome")).to_be_visible()
    look("unclear")
    page.get_by_test_id("settle-now").click()
    expect(page.get_by_test_id("settle-dialog")).to_be_visible()
    look("settling")
    page.keyboard.press("Escape")
    page.get_by_test_id("start-over").click()
    page.locator("[data-field=kind] label").first.click()
    look("plan")
    page.locator("[data-field=kind] label").last.click()
    look("job")
    page.goto("/alarms/runs/")
    look("record")
    page.locator("tbody a").first.click()
    page.wait_for_url(re.compile(r"/alarms/runs/[0-9a-f-]{36}/$"))
    look("one run")
    assert {what: wrong for what, wrong in found.items() if wrong} == {}
