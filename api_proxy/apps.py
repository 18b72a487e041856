"""The proxy's place in Django, and the checks that explain a wrong setting before anybody submits."""

from typing import Any

from cryptography.fernet import Fernet
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.translation import gettext_lazy


class ApiProxyConfig(AppConfig):
    name = "api_proxy"
    verbose_name = gettext_lazy("Cloud")

    def ready(self) -> None:
        register(check_credential_keys)
        register(check_sandbox)
        register(check_lease, deploy=True)


def check_credential_keys(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The keys that seal passwords are there, are keys, and are kept apart from the key that signs cookies."""
    keys = settings.CREDENTIAL_KEYS
    if not keys:
        hint = "Make one: python -c 'from cryptography.fernet import Fernet as F; print(F.generate_key().decode())'"
        return [Error("CREDENTIAL_KEYS is empty: no password can be stored or read.", hint=hint, id="api_proxy.E001")]
    broken = [number for number, key in enumerate(keys, 1) if not _is_key(key)]
    if broken:
        message = f"CREDENTIAL_KEYS: number {broken[0]} is no key of 32 bytes in URL-safe base64."
        return [Error(message, hint="Separate keys by commas, newest first.", id="api_proxy.E002")]
    if settings.SECRET_KEY in keys:
        message = "CREDENTIAL_KEYS holds SECRET_KEY: who can sign a cookie could read the passwords."
        return [Error(message, hint="Make a key of its own for CREDENTIAL_KEYS.", id="api_proxy.E003")]
    return []


def check_sandbox(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The sandbox is on this machine: the one place that gets requests over plain http."""
    from api_proxy.endpoints import is_loopback_origin

    if not settings.SANDBOX_URL or is_loopback_origin(settings.SANDBOX_URL):
        return []
    hint = "Write http://127.0.0.1:PORT, or leave it empty."
    return [Error("SANDBOX_URL is not plain http to this machine.", hint=hint, id="api_proxy.E004")]


def check_lease(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """No submission is taken from a process that still works on it."""
    from api_proxy.sending import UNDER_LEASE
    from api_proxy.signin import longest_call

    least = longest_call(UNDER_LEASE)
    if least < settings.SUBMIT_LEASE:
        return []
    message = f"SUBMIT_LEASE is {settings.SUBMIT_LEASE:g} seconds: a rule could be sent by two processes at once."
    hint = f"A call may last {least:g} seconds: write more, or leave it out."
    return [Error(message, hint=hint, id="api_proxy.E005")]


def _is_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True
