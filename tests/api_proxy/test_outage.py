"""F17 and F19 over the served app: a database that goes away in the middle of a submission, and one that everybody
wants at the same moment."""

import json
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from api_proxy.sandbox import Sandbox
from tests import postgres
from tests.api_proxy.faulting import PATH, calls
from tests.api_proxy.serving import App, served, until
from tests.databases import empty_database

WRITERS, ROUNDS = 8, 4


def is_told(answer: httpx.Response) -> bool:
    """Whether it is an outage, told as a problem."""
    return answer.status_code == 503 and answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.skipif(bool(postgres.missing()), reason=postgres.missing())
def test_f19_a_submission_outlives_the_restart_of_the_database(tmp_path: Path) -> None:
    with postgres.cluster() as cluster, Sandbox() as cloud, served(tmp_path, cluster.url, cloud.url) as app:
        assert app.save("rule_1", 1, desc="kept").status_code == 200
        cloud.add_faults({"match": {"method": "POST", "path": PATH}, "hold": "after"})
        with ThreadPoolExecutor(1) as pool:
            under_way = pool.submit(app.submit, "rule_0")
            cloud.wait_for(1, "POST", PATH)
            cluster.stop()
            cloud.release()
            answer = under_way.result()
        assert is_told(answer)
        assert "failed after the rule was sent" in answer.json()["detail"]
        assert is_told(app.get("/api/rules/"))
        assert is_told(app.submit("rule_1"))
        assert app.get("/healthz").status_code == 200
        ready = app.get("/readyz")
        assert (ready.status_code, ready.json()["parts"]["database"]["state"]) == (503, "down")
        assert calls(cloud) == ["GET", "POST"]

        cluster.start()
        assert until(lambda: app.get("/readyz").status_code == 200, 5)
        path = f"/api/submissions/{answer.json()['submission']}/"
        assert until(lambda: app.get(path).json()["finished"] is not None)
        row = app.get(path).json()
        assert (row["state"], row["attempts"]) == ("succeeded", 1)
        assert calls(cloud) == ["GET", "POST", "GET"]
        assert app.submit("rule_1", 2).json()["state"] == "succeeded"
        assert calls(cloud) == ["GET", "POST", "GET", "GET", "POST", "GET"]


def test_f17_many_who_save_and_submit_at_once_lose_nothing(tmp_path: Path) -> None:
    with empty_database(tmp_path) as database, Sandbox() as cloud, served(tmp_path, database, cloud.url) as app:

        def work(number: int) -> list[int]:
            """The status of every answer; it ends once all is saved and submitted."""
            name, seen = f"rule_{number}", []
            for version in range(1, ROUNDS + 1):
                seen += [app.save(name, version, desc=f"{name} {version}").status_code]
                key = uuid.uuid4().hex
                while (sent := app.submit(name, version + 1, key)).status_code in (409, 503):
                    seen.append(sent.status_code)
                assert sent.json()["state"] == "succeeded", sent.json()
            return seen

        with ThreadPoolExecutor(WRITERS) as pool:
            seen = Counter(status for statuses in pool.map(work, range(WRITERS)) for status in statuses)
        assert set(seen) <= {200, 409, 503}
        assert seen[200] == WRITERS * ROUNDS
        writes = [call for call in cloud.requests() if call["path"] == PATH and call["method"] != "GET"]
        check(app, Counter(json.loads(call["body"])["desc"] for call in writes))


def check(app: App, sent: Counter[str]) -> None:
    """Every version is there, on record as sent, and was sent once."""
    for number in range(WRITERS):
        name = f"rule_{number}"
        assert app.get(f"/api/rules/{app.rules[name]}/").json()["version"] == ROUNDS + 1
        assert app.get(f"/api/submissions/?rule={app.rules[name]}").json()["count"] == ROUNDS
        assert [sent[f"{name} {version}"] for version in range(1, ROUNDS + 1)] == [1] * ROUNDS
