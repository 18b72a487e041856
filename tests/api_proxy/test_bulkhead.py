"""F10 seen by editors: submissions hang on a cloud that does not answer, and nobody else has to wait for it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.api_proxy.conftest import Call, Upstream
from tests.api_proxy.serving import served, until
from tests.databases import empty_database

SUBMISSIONS, PLACES = 16, 4


def test_f10_sixteen_submissions_that_hang_take_four_places_and_leave_the_editor_alone(tmp_path: Path) -> None:
    hanging = threading.Semaphore(0)
    answer = threading.Event()

    def hang(call: Call) -> None:
        if b"POST /v3/auth/tokens" in call.read():
            call.answer("201 Created", b"{}", "X-Subject-Token: bulkhead-token", "Connection: close")
            return
        hanging.release()
        answer.wait(30)

    with (
        Upstream(hang) as upstream,
        empty_database(tmp_path) as database,
        served(tmp_path, database, upstream.url, workers=1) as app,
        ThreadPoolExecutor(SUBMISSIONS) as people,
    ):
        answers = [people.submit(app.submit, f"rule_{number}") for number in range(SUBMISSIONS)]
        assert until(lambda: sum(each.done() for each in answers) == SUBMISSIONS - PLACES)
        told = [each.result() for each in answers if each.done()]
        hung = [each for each in answers if not each.done()]
        assert {each.status_code for each in told} == {503}
        assert {each.json()["title"] for each in told} == {"Cloud busy"}
        assert {each.headers["Retry-After"] for each in told} == {"5"}
        assert all("Nothing was sent" in each.json()["detail"] for each in told)
        for _ in range(PLACES):
            assert hanging.acquire(timeout=10)
        assert not hanging.acquire(blocking=False)
        rules = list(app.rules.values())
        assert {app.get(f"/api/rules/{rule}/").status_code for rule in rules} == {200}
        assert app.save("rule_0", 1, desc="meanwhile").status_code == 200
        rows = app.get("/api/submissions/").json()
        assert [row["state"] for row in rows["results"]] == ["prepared"] * PLACES
        answer.set()
        ended = [each.result().json() for each in hung]
        assert [(each["state"], each["attempts"]) for each in ended] == [("rejected", 0)] * PLACES
        assert all(row["finished"] for row in app.get("/api/submissions/").json()["results"])
    looks = [call for call in upstream.calls if b"/group-rules" in call]
    assert not [call for call in looks if not call.startswith(b"GET ")]
