"""Secrets at rest: sealed under ``settings.CREDENTIAL_KEYS``, newest key first, and bound to one record each."""

import json
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from api_proxy.secret import Secret
from editor.flow.say import say


class CredentialUnreadable(Exception):
    """A sealed secret cannot be opened: no key fits, it was changed, or it belongs to another record."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "The stored password cannot be read with the keys in CREDENTIAL_KEYS. "
                "Put the key back that it was stored with, or enter the password anew."
            )
        )


def seal(record_id: UUID, secret: Secret) -> str:
    """``secret`` encrypted for the record ``record_id``. Raises CredentialUnreadable where no usable key is set."""
    content = json.dumps({"record": str(record_id), "secret": secret.reveal()})
    return _keys().encrypt(content.encode()).decode("ascii")


def unseal(record_id: UUID, sealed: str) -> Secret:
    """The secret that was sealed for ``record_id``. Raises CredentialUnreadable; never answers with anything else."""
    try:
        content = json.loads(_keys().decrypt(sealed.encode()))
    except InvalidToken:
        raise CredentialUnreadable() from None
    if content["record"] != str(record_id):
        raise CredentialUnreadable()
    return Secret(content["secret"])


def _keys() -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in settings.CREDENTIAL_KEYS])
    except ValueError:
        raise CredentialUnreadable() from None
