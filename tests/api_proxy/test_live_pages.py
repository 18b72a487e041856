"""The pages of rules over there, as they work without a script."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_vite.core.asset_loader import DjangoViteAssetLoader

from api_proxy.drift import look
from api_proxy.models import Connection, LiveState, Removal
from api_proxy.sandbox import Sandbox
from api_proxy.submit import submit
from editor.models import Rule
from tests.api_proxy.lifecycle import LIST, live, put_there, upstream, writes

pytestmark = pytest.mark.django_db
Browsers = Callable[[str], Client]


@pytest.fixture(autouse=True)
def without_a_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    """These pages work without script; a checkout whose front end was not built can test them."""
    monkeypatch.setattr(DjangoViteAssetLoader, "generate_vite_asset", lambda *args, **kwargs: "")


@pytest.fixture
def browser(account: Callable[..., User]) -> Browsers:
    """Makes a browser in which the role is logged in."""

    def make(role: str) -> Client:
        client = Client()
        client.force_login(User.objects.filter(username=role).first() or account(role))
        return client

    return make


@pytest.fixture
def base(connection: Connection) -> str:
    return f"/connections/{connection.id}"


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content[:500]
    page: str = answer.content.decode()
    return page


def test_the_page_comes_at_once_and_asks_nothing(browser: Browsers, base: str, cloud: Sandbox) -> None:
    page = text(browser("reviewer").get(f"{base}/rules/"))
    assert "Nobody has looked yet" in page and "data-old" in page
    assert cloud.requests() == []


def test_a_look_by_the_form_tells_what_lives_there(
    browser: Browsers, base: str, cloud: Sandbox, sample: Any, rule: Rule
) -> None:
    put_there(cloud, {**sample, "desc": "theirs"}, upstream("terraform_group_rule"))
    page = text(browser("reviewer").post(f"{base}/look/", follow=True))
    assert "1 with a name taken there, 1 known there only" in page
    assert "2 of 100 rules" in page and "data-old" not in page
    assert "data-busy" not in page, "a reviewer imports nothing"


def test_an_empty_project_says_so(browser: Browsers, base: str) -> None:
    assert "No rules live there" in text(browser("designer").post(f"{base}/look/", follow=True))


def test_a_look_that_fails_is_told_and_what_is_known_stays(
    browser: Browsers, base: str, cloud: Sandbox, sample: Any, connection: Connection
) -> None:
    put_there(cloud, sample)
    look(connection)
    cloud.add_faults({"match": LIST, "status": 403, "body": {"error_msg": "<script>alert(1)</script>"}})
    page = text(browser("designer").post(f"{base}/look/", follow=True))
    assert "look-failure" in page and "Below is what the last look found" in page and "known there only" in page
    assert "<script>alert" not in page


def test_a_project_with_all_its_rules_is_told(browser: Browsers, base: str, cloud: Sandbox, sample: Any) -> None:
    put_there(cloud, *({**sample, "name": f"r{number}"} for number in range(100)))
    assert "none can be created until one is removed" in text(browser("designer").post(f"{base}/look/", follow=True))


def test_rules_are_imported_by_the_form(
    browser: Browsers, base: str, cloud: Sandbox, sample: Any, connection: Connection
) -> None:
    put_there(cloud, sample, upstream("terraform_group_rule"))
    look(connection)
    page = text(browser("designer").get(f"{base}/rules/"))
    assert "Import all 2 that nobody here knows" in page
    names = ["aomtest", upstream("terraform_group_rule")["name"], "gone"]
    page = text(browser("designer").post(f"{base}/import/", {"names": names}, follow=True))
    assert "aomtest was imported: a new rule here." in page and "There is no rule gone over there" in page
    assert Rule.objects.count() == 2


def test_a_changed_rule_is_shown_beside_its_version_and_imported_as_the_next(
    browser: Browsers, base: str, cloud: Sandbox, sample: Any, rule: Rule, connection: Connection, account: Any
) -> None:
    submit(account("designer"), rule, rule.current, connection)
    put_there(cloud, {**sample, "desc": "<b>theirs</b>"})
    look(connection)
    page = text(browser("designer").get(f"{base}/rules/aomtest/"))
    assert "<ins>&quot;&lt;b&gt;theirs&lt;/b&gt;&quot;</ins>" in page
    assert "Import as version 2" in page and "<svg" in page and "Remove it there" not in page
    browser("designer").post(f"{base}/import/", {"names": ["aomtest"], "taken": "version"})
    assert "What lives there says what version 2 says." in text(browser("designer").get(f"{base}/rules/aomtest/"))


def test_what_lives_nowhere_has_no_page(browser: Browsers, base: str) -> None:
    text(browser("designer").get(f"{base}/rules/nothing/"), 404)


def test_a_rule_is_removed_by_typing_its_name(
    browser: Browsers, base: str, cloud: Sandbox, sample: Any, connection: Connection
) -> None:
    put_there(cloud, sample)
    look(connection)
    form = {"seen": LiveState.objects.get().fingerprint, "typed": "aomtes"}
    page = text(browser("admin").post(f"{base}/rules/aomtest/", form), 400)
    assert "This is not the name of the rule" in page and writes(cloud) == []
    page = text(browser("admin").post(f"{base}/rules/aomtest/", {**form, "typed": "aomtest"}, follow=True))
    assert "aomtest: The rule was removed over there." in page and "No rules live there" in page
    assert live(connection) == {} and Removal.objects.get().state == "succeeded"


def test_a_rule_that_changed_since_it_was_shown_is_not_removed(
    browser: Browsers, base: str, cloud: Sandbox, sample: Any, connection: Connection
) -> None:
    put_there(cloud, sample)
    look(connection)
    form = {"seen": "0" * 64, "typed": "aomtest"}
    page = text(browser("admin").post(f"{base}/rules/aomtest/", form, follow=True))
    assert "no longer the one that you were shown" in page and writes(cloud) == []


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("reviewer", "import/", 403),
        ("reviewer", "rules/aomtest/", 403),
        ("designer", "rules/aomtest/", 403),
        ("reviewer", "look/", 302),
    ],
)
def test_who_may_post_what(browser: Browsers, base: str, cloud: Sandbox, role: str, path: str, status: int) -> None:
    form = {"names": ["aomtest"], "typed": "aomtest"}
    assert browser(role).post(f"{base}/{path}", form).status_code == status
    assert writes(cloud) == []


def test_the_list_and_the_history_of_rules_tell_where_they_live(
    browser: Browsers, cloud: Sandbox, sample: Any, rule: Rule, connection: Connection, account: Any
) -> None:
    submit(account("designer"), rule, rule.current, connection)
    assert "live-mark" not in text(browser("reviewer").get("/"))
    put_there(cloud, {**sample, "desc": "tampered"})
    look(connection)
    assert "changed there" in text(browser("reviewer").get("/"))
    page = text(browser("reviewer").get(f"/rules/{rule.id}/history/"))
    assert "differs in desc" in page and f"/connections/{connection.id}/rules/aomtest/" in page


def test_the_list_of_rules_shows_what_matters_most(
    browser: Browsers, cloud: Sandbox, sample: Any, rule: Rule, connection: Connection, account: Any
) -> None:
    second = Connection(name="second", region="sandbox", project_id=connection.project_id)
    second.enterprise_project_id = "11111111-2222-3333-4444-555555555555"
    second.iam_domain, second.iam_user = connection.iam_domain, connection.iam_user
    second.set_password(connection.open_credentials()["password"])
    second.save()
    submit(account("designer"), rule, rule.current, connection)
    theirs = {**sample, "desc": "theirs", "enterprise_project_id": second.enterprise_project_id}
    look(connection)
    put_there(cloud, theirs)
    look(second)
    page = text(browser("reviewer").get("/"))
    assert "name taken there" in page and "sandbox: What lives there says what version 1 says." in page
