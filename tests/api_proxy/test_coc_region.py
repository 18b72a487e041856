"""Where alarms are handled is chosen beside the region of the rules, and older connections go on as they were."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection as database
from django.db.migrations.executor import MigrationExecutor

from api_proxy.models import Connection
from api_proxy.sandbox import PROJECT_ID, Sandbox
from tests.api_proxy.test_connections_api import BODY, call, is_problem
from tests.api_proxy.test_pages import FORM, without_a_bundle  # noqa: F401
from tests.conftest import Api

Apis = Callable[[str], Api]


@pytest.mark.django_db(transaction=True)
def test_older_connections_have_no_coc_but_for_those_to_the_sandbox() -> None:
    executor = MigrationExecutor(database)
    latest = [key for key in executor.loader.graph.leaf_nodes() if key[0] == "api_proxy"]
    executor.migrate([("api_proxy", "0005_pauses")])
    try:
        older = executor.loader.project_state([("api_proxy", "0005_pauses")]).apps.get_model("api_proxy", "Connection")
        for region in ("sandbox", "cn-north-4"):
            older.objects.create(name=region, region=region, project_id=PROJECT_ID)
    finally:
        MigrationExecutor(database).migrate(latest)
    assert dict(Connection.objects.values_list("region", "coc_region")) == {"sandbox": "sandbox", "cn-north-4": ""}


def test_it_is_chosen_from_the_catalogue(api: Apis, cloud: Sandbox) -> None:
    admin = api("admin")
    made = admin.post("/api/connections/", {**BODY, "coc_region": "ap-southeast-3"})
    assert (made.status_code, made.json()["coc_region"]) == (201, "ap-southeast-3")
    path = f"/api/connections/{made.json()['id']}/"
    assert call(admin, "PATCH", path, {"coc_region": ""}).json()["coc_region"] == ""
    for text in ("cn-north-1", "https://evil.example", "coc.myhuaweicloud.com"):
        problem = is_problem(call(admin, "PATCH", path, {"coc_region": text}), 400)
        assert problem["errors"][0]["pointer"] == "/coc_region"


@pytest.mark.parametrize(("chosen", "status"), [("sandbox", 302), ("", 302), ("cn-north-1", 400)])
def test_the_form_offers_it(api: Apis, cloud: Sandbox, chosen: str, status: int, settings: Any) -> None:
    admin = api("admin").client
    page = admin.get("/connections/new/").content.decode()
    assert 'name="coc_region"' in page and "eu-west-101" in page
    answer = admin.post("/connections/new/", {**FORM, "coc_region": chosen})
    assert answer.status_code == status
    assert list(Connection.objects.values_list("coc_region", flat=True)) == ([chosen] if status == 302 else [])
