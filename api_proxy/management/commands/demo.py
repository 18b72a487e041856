"""``manage.py demo``: three accounts, the published sample, the sandbox connection, notification rules there."""

import http.client
import json
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from api_proxy import sandbox
from api_proxy.endpoints import SANDBOX, is_loopback_origin
from api_proxy.models import Connection
from api_proxy.secret import Secret
from editor.policy import ROLES, give_role
from editor.views import stored_sample

#: What the demo's cloud can tell people with: the rules that the published sample names, and some a team would have.
NOTIFICATION_RULES = {
    "aaa": "Named by the published sample",
    "LTQTEST-ASASDASDDSA": "Named by the published sample",
    "oncall_payments": "Pages the payments team on call",
    "oncall_platform": "Pages the platform team on call",
    "mail_operations": "Mail to operations, no page",
}


class Command(BaseCommand):
    help = "Make the demo: accounts, the sample rule, the sandbox connection. What is there already is kept."

    def handle(self, *args: Any, **options: Any) -> None:
        password = demo_password()
        with transaction.atomic():
            for role in ROLES:
                make_account(role, password)
            stored_sample(User.objects.get(username="designer"))
            if is_loopback_origin(settings.SANDBOX_URL):
                make_connection()
        if is_loopback_origin(settings.SANDBOX_URL):
            seed_notification_rules(settings.SANDBOX_URL)
        else:
            self.stdout.write("SANDBOX_URL is not set: no connection was made.")
        self.stdout.write(f"Accounts: {', '.join(ROLES)}   Password: {password}")


def demo_password() -> str:
    """DEMO_PASSWORD, else one that is made up once and kept beside the database."""
    given = os.environ.get("DEMO_PASSWORD", "")
    kept = Path(settings.VAR_DIR) / "demo_password"
    if given:
        return given
    if not kept.exists():
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(12))
    return kept.read_text().strip()


def make_account(role: Any, password: str) -> None:
    """The account named like its role. One that is there keeps its password, unless DEMO_PASSWORD asks for another."""
    user, made = User.objects.get_or_create(username=role)
    asked = bool(os.environ.get("DEMO_PASSWORD")) and not user.check_password(password)
    if made or asked:
        user.set_password(password)
        user.save(update_fields=["password"])
    if made:
        give_role(user, role)


def make_connection() -> None:
    """The connection ``sandbox``; one that is there is kept."""
    if Connection.objects.filter(name="sandbox").exists():
        return
    connection = Connection(
        name="sandbox",
        region=SANDBOX,
        coc_region=SANDBOX,
        project_id=sandbox.PROJECT_ID,
        iam_domain=sandbox.DOMAIN_NAME,
        iam_user=sandbox.USER_NAME,
    )
    connection.set_password(Secret(sandbox.PASSWORD))
    connection.full_clean()
    connection.save()


def seed_notification_rules(url: str) -> None:
    """Give the sandbox the notification rules; its group rules stay. Raises CommandError where it does not answer."""
    rules = [{"rule_name": name, "desc": desc} for name, desc in NOTIFICATION_RULES.items()]
    body = json.dumps({"keep_rules": True, "action_rules": rules})
    link = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    try:
        link.request("POST", "/_sandbox/reset", body, {"Content-Type": "application/json"})
        status = link.getresponse().status
    except OSError as error:
        raise CommandError(f"The sandbox at {url} does not answer ({error}). Start it: manage.py sandbox") from None
    finally:
        link.close()
    if status >= 300:
        raise CommandError(f"The sandbox at {url} refused the notification rules (HTTP {status}).")
