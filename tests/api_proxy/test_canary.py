"""Nothing secret comes out: unique words are put in, and looked for wherever something can be read."""

import io
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from django.db import connection as database
from django.test import Client
from django.utils.log import AdminEmailHandler
from django.views.debug import SafeExceptionReporterFilter

from api_proxy.aom import Aom
from api_proxy.models import Connection, Submission
from api_proxy.sandbox import PASSWORD, Sandbox
from api_proxy.secret import Secret
from config import logs, redaction
from config.redaction import spellings
from config.reports import Filter
from editor.models import ApiToken, Rule
from tests.api_proxy.conftest import Call, Upstream
from tests.conftest import Api

CANARIES = ("canary-password-91c2", "canary-token-77d0")
#: Put together here, since reports show the lines of the source.
SK = "-".join(["canary", "sk", "5f1e"])
ECHO = json.dumps({"error_code": f"X {CANARIES[0]}", "error_msg": " ".join(CANARIES), "trace_id": CANARIES[1]})


def hostile(call: Call) -> None:
    """A cloud that signs everybody in, and repeats in its errors whatever was secret."""
    request = call.read()
    if b"/v3/auth/tokens" in request.split(b"\r\n")[0] and CANARIES[0].encode() in request:
        call.answer("201 Created", b'{"token":{}}', f"X-Subject-Token: {CANARIES[1]}")
    else:
        call.answer("400 Bad Request", json.dumps({"error_msg": f"bad token {CANARIES[1]}"}).encode())


def hostile_sign_in(call: Call) -> None:
    call.read()
    call.answer("401 Unauthorized", ECHO.replace(CANARIES[1], "").encode())


@pytest.mark.parametrize("act", [hostile, hostile_sign_in])
def test_neither_password_nor_token_comes_out_anywhere(
    act: Callable[[Call], None],
    api: Callable[[str], Api],
    rule: Rule,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    admin, seen = api("admin"), []
    with Upstream(act) as upstream:
        settings.SANDBOX_URL = upstream.url
        body = {"name": "c", "region": "sandbox", "project_id": "0" * 32, "iam_domain": "d", "iam_user": "u"}
        made = admin.post("/api/connections/", {**body, "password": CANARIES[0]})
        base = f"/api/connections/{made.json()['id']}"
        seen += [made, admin.get(f"{base}/"), admin.post(f"{base}/test/", {})]
        seen += [admin.get(f"{base}/group-rules/"), admin.get(f"{base}/notification-rules/")]
        seen += [admin.delete(f"{base}/group-rules/a/")]
        for dry_run in (True, False):
            sent = {"connection": "c", "version": 1, "dry_run": dry_run}
            seen.append(admin.post(f"/api/rules/{rule.id}/submit/", sent))
        seen.append(admin.get("/api/submissions/"))
    answers = "".join(f"{dict(answer.items())} {answer.content.decode()}" for answer in seen)
    output = capfd.readouterr()
    assert upstream.calls
    for canary in CANARIES:
        assert canary not in answers
        assert canary not in caplog.text
        assert canary not in output.out + output.err
        assert canary not in everything_stored()


def everything_stored() -> str:
    """Every row of every table of the project, as text."""
    with database.cursor() as cursor:
        rows: list[Any] = []
        for table in database.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {database.ops.quote_name(table)}")
            rows += cursor.fetchall()
    return str(rows)


def test_the_error_report_of_a_crash_shows_no_password(
    account: Callable[..., User], connection: Connection, cloud: Sandbox, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    def crash(*args: object) -> None:
        raise RuntimeError("a bug")

    settings.DEBUG = True
    monkeypatch.setattr(Aom, "group_rules", crash)
    client = Client(raise_request_exception=False)
    client.force_login(account("designer"))
    answer = client.post(f"/api/connections/{connection.id}/test/", {}, "application/json")
    assert answer.status_code == 500
    assert "a bug" in answer.content.decode()
    assert PASSWORD not in answer.content.decode()


class Sinks(dict[str, str]):
    """Everything that can be read after a journey, as a text by the name of where it is read."""

    def holding(self, canary: str) -> set[str]:
        return {name for name, text in self.items() if any(spelt in text for spelt in spellings(canary))}


class Journey:
    """Login, design, save, preview, export, connection, test, submit, a 401 and a 500, with the log at DEBUG."""

    def __init__(self, settings: Any, monkeypatch: pytest.MonkeyPatch, mailbox: list[Any]) -> None:
        self.settings, self.monkeypatch, self.mailbox = settings, monkeypatch, mailbox
        self.key = Fernet.generate_key().decode()
        self.client = Client(raise_request_exception=False)
        self.answers: dict[str, list[Any]] = {"answers": [], "export": []}
        self.canaries = {
            "password": CANARIES[0],
            "token": CANARIES[1],
            "login": "canary-login-Vd93hq",
            "key": self.key,
            "sk": SK,
        }

    def run(self, sample: Any) -> Sinks:
        log = io.StringIO()
        with Upstream(hostile) as upstream, written(log), mailed(self.settings):
            self.settings.SANDBOX_URL = upstream.url
            self.settings.CREDENTIAL_KEYS = [self.key]
            self._sign_in()
            rule = self._design(sample)
            connection = self._connect()
            for dry_run in (True, False):
                self._post(f"/api/rules/{rule}/submit/", {"connection": "c", "version": 2, "dry_run": dry_run})
            for path in ("/api/submissions/", "/submissions/", "/connections/", f"/connections/{connection}/"):
                self._get(path)
            self._refuse(connection)
            self._crash(connection)
        return self._sinks(log.getvalue())

    def _sign_in(self) -> None:
        from editor.policy import give_role

        user = User.objects.create_user("keeper", password=self.canaries["login"])
        give_role(user, "admin")
        self._keep(self.client.post("/accounts/login/", {"username": "keeper", "password": self.canaries["login"]}))
        self.canaries["session"] = self.client.cookies["session"].value
        self.canaries["api token"] = ApiToken.objects.issue(user)
        self._get("/api/rules/", Authorization=f"Bearer {self.canaries['api token']}")
        self._get("/api/rules/", Authorization=f"Bearer {self.canaries['api token']}x")

    def _design(self, sample: Any) -> str:
        made = self._post("/api/rules/", {"document": sample})
        path = f"/api/rules/{made.json()['id']}"
        body = {"document": {**sample, "desc": "second"}}
        headers = {"If-Match": made.headers["ETag"]}
        self._keep(self.client.put(f"{path}/", json.dumps(body), content_type="application/json", headers=headers))
        self._get(f"/rules/{made.json()['id']}/preview/")
        self.answers["export"] += [self._get(f"{path}/export/?as={form}") for form in ("match_v3", "terraform")]
        return str(made.json()["id"])

    def _connect(self) -> str:
        body = {"name": "c", "region": "sandbox", "project_id": "0" * 32, "iam_domain": "d", "iam_user": "u"}
        made = self._post("/api/connections/", {**body, "password": self.canaries["password"]})
        self._post(f"/api/connections/{made.json()['id']}/test/", {})
        return str(made.json()["id"])

    def _refuse(self, connection: str) -> None:
        with Upstream(hostile_sign_in) as upstream:
            self.settings.SANDBOX_URL = upstream.url
            self._post(f"/api/connections/{connection}/test/", {})
            self._get(f"/api/connections/{connection}/group-rules/")

    def _crash(self, connection: str) -> None:
        def crash(connection: object, login: object) -> None:
            sk, headers = f"{SK}", {"X-Sdk-Date": f"{SK}"}
            raise RuntimeError("a bug", len(sk), len(headers))

        with self.monkeypatch.context() as patch:
            patch.setattr("api_proxy.cloud.IamToken", crash)
            assert self._post(f"/api/connections/{connection}/test/", {}).status_code == 500

    def _get(self, path: str, **headers: str) -> Any:
        return self._keep(self.client.get(path, headers=headers))

    def _post(self, path: str, body: object) -> Any:
        return self._keep(self.client.post(path, json.dumps(body), content_type="application/json"))

    def _keep(self, answer: Any) -> Any:
        self.answers["answers"].append(answer)
        return answer

    def _sinks(self, log: str) -> Sinks:
        seen = self.answers["answers"]
        (mail,) = self.mailbox
        return Sinks(
            {
                "log": log,
                "bodies": "".join(answer.content.decode() for answer in seen),
                "headers": "".join(str(dict(answer.items())) for answer in seen),
                "export": "".join(answer.content.decode() for answer in self.answers["export"]),
                "submissions": str(list(Submission.objects.values())),
                "report as text": mail.body,
                "report as page": mail.alternatives[0][0],
                "mail": mail.message().as_string() + mail.subject,
                "database": database_bytes(),
                "metrics": self.client.get("/metrics").content.decode(),
            }
        )


@contextmanager
def written(text: io.StringIO) -> Iterator[None]:
    """The log as the product writes it, at DEBUG."""
    handler, root = logging.StreamHandler(text), logging.getLogger()
    handler.setFormatter(logs.Lines())
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.setLevel(before)
        root.removeHandler(handler)


@contextmanager
def mailed(settings: Any) -> Iterator[None]:
    """Errors go to the admins by mail, with the whole report."""
    settings.ADMINS = [("Ops", "ops@example.com")]
    handler, logger = AdminEmailHandler(include_html=True), logging.getLogger("django.request")
    handler.setLevel(logging.ERROR)
    handler.addFilter(lambda record: record.exc_info is not None)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def database_bytes() -> str:
    """The database as whoever steals its files sees it; of PostgreSQL all rows."""
    if database.vendor != "sqlite":
        return everything_stored()
    files = Path(database.settings_dict["NAME"]).parent.glob(f"{Path(database.settings_dict['NAME']).name}*")
    return "".join(file.read_bytes().decode("latin-1") for file in files)


@pytest.fixture
def journey(
    transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch, mailoutbox: list[Any], account: object
) -> Journey:
    return Journey(settings, monkeypatch, mailoutbox)


#: Django looks a session up by its id, which its table holds; the browser gets it in an HttpOnly cookie of its own.
WHERE_IT_BELONGS = {"session": {"database"}}


def leaks(journey: Journey, sinks: Sinks) -> dict[str, set[str]]:
    """Where each canary was found though it does not belong there."""
    found = {name: sinks.holding(text) - WHERE_IT_BELONGS.get(name, set()) for name, text in journey.canaries.items()}
    return {name: places for name, places in found.items() if places}


def test_t2_no_canary_reaches_any_sink(journey: Journey, sample: Any) -> None:
    sinks = journey.run(sample)
    assert all(sinks.values())
    assert "a bug" in sinks["report as text"] and "a bug" in sinks["report as page"]
    assert leaks(journey, sinks) == {}


def net_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction.REGISTER, "masked", str)
    monkeypatch.setattr(redaction, "without_named", str)


def test_t2_without_the_net_nothing_leaks_either(
    journey: Journey, sample: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    net_away(monkeypatch)
    assert leaks(journey, journey.run(sample)) == {}


def talkative_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("httpx", "httpcore"):
        monkeypatch.setattr(logging.getLogger(name), "level", logging.DEBUG)
        logging.getLogger(name).manager._clear_cache()  # type: ignore[attr-defined]


def secret_that_shows_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Secret, "__repr__", Secret.reveal)


def echoes_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api_proxy.refusal.plain", lambda text, secrets=(): text)


def nothing_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    def seal(record_id: object, secrets: Mapping[str, Secret]) -> str:
        return json.dumps({name: secret.reveal() for name, secret in secrets.items()})

    def unseal(record_id: object, sealed: str, names: object) -> dict[str, Secret]:
        return {name: Secret(text) for name, text in json.loads(sealed).items()}

    for module in ("models", "signin"):
        monkeypatch.setattr(f"api_proxy.{module}.seal", seal)
        monkeypatch.setattr(f"api_proxy.{module}.unseal", unseal)


def tokens_unhashed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("editor.models.hash_of", lambda text: text)


def names_of_variables_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    own = SafeExceptionReporterFilter.get_traceback_frame_variables
    monkeypatch.setattr(Filter, "get_traceback_frame_variables", own)


SWITCHES = [
    (talkative_libraries, "token", "log"),
    (secret_that_shows_itself, "password", "report as page"),
    (echoes_believed, "token", "bodies"),
    (echoes_believed, "token", "submissions"),
    (nothing_sealed, "password", "database"),
    (tokens_unhashed, "api token", "database"),
    (names_of_variables_ignored, "sk", "report as page"),
    (names_of_variables_ignored, "sk", "mail"),
]


@pytest.mark.parametrize(("switch", "canary", "sink"), SWITCHES)
def test_t2_one_redaction_switched_off_is_noticed(
    switch: Callable[[pytest.MonkeyPatch], None],
    canary: str,
    sink: str,
    journey: Journey,
    sample: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    net_away(monkeypatch)
    switch(monkeypatch)
    assert sink in leaks(journey, journey.run(sample)).get(canary, set())


@pytest.mark.parametrize("switch", [talkative_libraries, secret_that_shows_itself])
def test_t2_the_net_holds_where_a_redaction_is_missing(
    switch: Callable[[pytest.MonkeyPatch], None], journey: Journey, sample: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch(monkeypatch)
    assert leaks(journey, journey.run(sample)) == {}
