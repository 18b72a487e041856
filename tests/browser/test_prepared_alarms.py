"""What a rule has prepared for an alarm is used where the alarm is handled, and runs with the values of the alarm."""

import json
import re
import uuid
from typing import Any

from playwright.sync_api import Page, expect

from api_proxy.alarm_responses import attributes_of
from api_proxy.sandbox.coc_seeds import alarm as coc_alarm
from api_proxy.sandbox.coc_seeds import resources
from editor.flow import read_document, walk
from editor.flow.alarm import Alarm
from tests.browser.axe import violations
from tests.browser.conftest import Product
from tests.browser.steps import SAMPLE, copy_of_sample, csrf, unique
from tests.browser.test_alarms import an_alarm, look_up, received, run_it
from tests.browser.test_responses import MERGE_1, MERGE_2, RESTART, prepare

LEAF = walk(read_document(SAMPLE), Alarm({"metadata": attributes_of(coc_alarm({"id": "ALM1"}))})).leaf or ""
ELSEWHERE = next(card for card in (MERGE_1, MERGE_2) if card != LEAF)
MACHINES = {each["name"]: each["resource_id"] for each in resources()}


def a_response(**members: Any) -> dict[str, Any]:
    """A response of an id of its own, that fits what the sandbox tells of its alarms."""
    return {**RESTART, "id": uuid.uuid4().hex[:8], "parameters": {"service": "${app}", "mode": "hard"}, **members}


def a_rule(page: Page, responses: Any, connection: str = "") -> str:
    """A rule with responses, submitted where a connection is named; its id."""
    rule_id = copy_of_sample(page, unique("prepared"))
    prepare(page, rule_id, responses)
    if connection:
        body = {"connection": connection, "version": 2}
        answer = page.request.post(f"/api/rules/{rule_id}/submit/", data=body, headers=csrf(page))
        assert answer.json()["state"] == "succeeded", answer.text()
    return rule_id


def script_parameters(body: Any) -> dict[str, str]:
    given = json.loads(body["input_param"]["script_params"])
    return {each["paramName"]: each["paramValue"] for each in given}


def machines_in(body: Any) -> list[str]:
    [batch] = json.loads(body["target_instances"][0]["target_instances"])["batches"]
    return [each["resourceId"] for each in batch["targetInstances"]]


def test_what_is_prepared_for_the_alarm_is_used_and_runs_with_its_values(designer: Page, product: Product) -> None:
    page, alarm = designer, an_alarm(product)
    named = [MACHINES["platform01"], MACHINES["platform12"], "gone"]
    restart = a_response(timeout=60, run_as="ops", targets={"by": "list", "resource_ids": named})
    rule_id = a_rule(page, {LEAF: [restart]}, "sandbox")
    look_up(page, alarm)
    row = page.get_by_test_id(f"prepared-{restart['id']}")
    expect(row).to_contain_text("The rule would group the alarm there.")
    expect(row).to_contain_text(re.compile("The rule asks for .*resource_provider.*, which COC does not tell"))
    expect(row.get_by_role("link")).to_have_attribute("href", f"/rules/{rule_id}/#card={LEAF}")
    page.get_by_test_id(f"use-{restart['id']}").press("Enter")
    told = page.get_by_test_id("filled")
    expect(told).to_contain_text("platform12 is not chosen: its agent is OFFLINE.")
    expect(told).to_contain_text("No machine was found for gone")
    expect(page.get_by_test_id("spoken")).to_contain_text(re.compile("filled with Restart|Runs the script"))
    service = page.get_by_label("service", exact=True)
    expect(service).to_be_focused()
    expect(service).to_have_value("platform")
    expect(page.get_by_label("Time limit")).to_have_value("60")
    expect(page.get_by_test_id("machine")).to_have_count(1)
    expect(page.get_by_test_id("summary")).to_contain_text("Runs the script restart_service as ops")
    assert violations(page) == []
    assert received(product, alarm) == []
    run_it(page)
    [body] = received(product, alarm)
    assert script_parameters(body) == {"service": "platform", "mode": "hard"}
    assert machines_in(body) == [MACHINES["platform01"]]
    assert (body["input_param"]["execute_user"], str(body["input_param"]["timeout"])) == ("ops", "60")


def test_a_link_waits_for_an_alarm_and_the_next_alarm_finds_the_form_empty(designer: Page, product: Product) -> None:
    page, alarm = designer, an_alarm(product)
    by_name = {"by": "attribute", "attribute": "resource_name", "placeholder": "${app}04"}
    restart = a_response(parameters={"mode": "hard", "alarm": "${alarm_id}"}, targets=by_name)
    rule_id = a_rule(page, {LEAF: [restart]})
    page.goto(f"/alarms/?rule={rule_id}&card={LEAF}&response={restart['id']}")
    expect(page.get_by_test_id("prepared-waits")).to_be_visible()
    page.get_by_label("Alarm id").fill(alarm)
    page.get_by_test_id("look-up").click()
    expect(page.get_by_test_id("machine")).to_contain_text("platform04")
    expect(page.get_by_label("mode", exact=True)).to_have_value("hard")
    expect(page.get_by_test_id("filled")).to_contain_text("The script asks for no alarm")
    expect(page.locator("[data-field=parameter-2]")).to_have_value(alarm)
    expect(page).not_to_have_url(re.compile("response="))
    other = an_alarm(product)
    page.get_by_label("Alarm id").fill(other)
    page.get_by_test_id("look-up").click()
    expect(page.get_by_test_id("filled")).to_contain_text(f"it was filled for the alarm {alarm}")
    expect(page.get_by_test_id("machine")).to_have_count(0)
    expect(page.get_by_label("mode", exact=True)).to_have_count(0)


def test_what_lacks_an_attribute_cannot_be_used_and_says_why(designer: Page, product: Product) -> None:
    page, alarm = designer, an_alarm(product)
    restart = a_response(parameters={"service": "${resource_id}"})
    rule_id = a_rule(page, {ELSEWHERE: [restart]})
    link = f"&rule={rule_id}&card={ELSEWHERE}&response="
    page.goto(f"/alarms/?alarm={alarm}&connection=sandbox{link}{restart['id']}")
    row = page.get_by_test_id(f"prepared-{restart['id']}")
    expect(row).to_contain_text("The rule would not group this alarm there.")
    expect(row).to_contain_text("the alarm has no attribute resource_id")
    expect(page.get_by_test_id(f"use-{restart['id']}")).to_have_attribute("aria-disabled", "true")
    page.goto(f"/alarms/?alarm={alarm}&connection=sandbox{link}nothere0")
    expect(page.get_by_test_id("filled")).to_contain_text("prepared no more")


def test_the_page_goes_on_where_nothing_can_be_told_of_what_is_prepared(designer: Page, product: Product) -> None:
    page, alarm = designer, an_alarm(product)
    page.route("**/responses/?**", lambda route: route.abort())
    look_up(page, alarm)
    expect(page.get_by_test_id("prepared-failed")).to_contain_text("What is prepared for this alarm could not be read")
    page.get_by_test_id("tasks").get_by_text("testScript92DDf", exact=True).click()
    page.unroute("**/responses/?**")
    page.get_by_test_id("prepared").get_by_role("button", name="Try again").click()
    expect(page.get_by_test_id("prepared-failed")).to_have_count(0)
    expect(page.get_by_test_id("tasks").locator("label.on")).to_contain_text("testScript92DDf")
