"""What the tests of faults share: a rule to replace over there, a submission of it, and what the cloud was asked."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.contrib.auth.models import User

from api_proxy.models import Connection, Submission
from api_proxy.patience import Pauses
from api_proxy.sandbox import PROJECT_ID, Sandbox
from api_proxy.submit import submit
from api_proxy.transport import Auth, Client, Limits, client
from editor.models import Rule

PATH = f"/v2/{PROJECT_ID}/alert/group-rules"
Sending = Callable[..., Submission]


@pytest.fixture
def send(
    account: Callable[..., User], rule: Rule, connection: Connection, cloud: Sandbox, sample: Any
) -> Callable[..., Submission]:
    """Submits the rule, of which an older version is over there, and gives the record as it is stored."""
    user = account("designer")
    cloud.reset(group_rules=[{**sample, "desc": "before"}])

    def send(dry_run: bool = False) -> Submission:
        done = submit(user, rule, rule.current, connection, dry_run=dry_run)
        return Submission.objects.get(pk=done.pk)

    return send


def calls(cloud: Sandbox, path: str = PATH) -> list[str]:
    """The methods of all requests for the grouping rules, oldest first."""
    return [entry["method"] for entry in cloud.requests() if entry["path"] == path]


def shorten(monkeypatch: pytest.MonkeyPatch, limits: Limits) -> None:
    """Let connections be used within ``limits``."""

    def bounded(origins: Iterable[str], auth: Auth, _: Limits, pauses: Pauses) -> Client:
        return client(origins, auth, limits, pauses)

    monkeypatch.setattr("api_proxy.cloud.client", bounded)
