"""Secrets at rest: sealed under ``settings.CREDENTIAL_KEYS``, newest key first, and bound to one record each."""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from api_proxy.secret import Secret
from editor.flow.say import say


class CredentialUnreadable(Exception):
    """Sealed secrets cannot be opened: no key fits, they were changed, or they belong to another record."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "The stored credentials cannot be read with the keys in CREDENTIAL_KEYS. "
                "Put the key back that they were stored with, or enter them anew."
            )
        )


def seal(record_id: UUID, secrets: Mapping[str, Secret]) -> str:
    """``secrets`` encrypted for the record ``record_id``. Raises CredentialUnreadable where no usable key is set."""
    texts = {name: secret.reveal() for name, secret in secrets.items()}
    content = json.dumps({"record": str(record_id), "secrets": texts})
    return _keys().encrypt(content.encode()).decode("ascii")


def unseal(record_id: UUID, sealed: str, names: Iterable[str]) -> dict[str, Secret]:
    """The secrets that were sealed for ``record_id`` under exactly these ``names``.

    Raises CredentialUnreadable; never answers with anything else.
    """
    content = json.loads(_decrypted(sealed))
    # Earlier ones hold a password and nothing else.
    texts = content.get("secrets", {"password": content.get("secret")})
    if content["record"] != str(record_id) or texts.keys() != set(names):
        raise CredentialUnreadable()
    return {name: Secret(text) for name, text in texts.items()}


def is_newest(sealed: str) -> bool:
    """Whether ``sealed`` is sealed with the first key. Raises CredentialUnreadable where no usable key is set."""
    _keys()
    try:
        Fernet(settings.CREDENTIAL_KEYS[0]).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def reseal(sealed: str) -> str:
    """The same secrets under the first key. Raises CredentialUnreadable."""
    return _keys().encrypt(_decrypted(sealed)).decode("ascii")


def _decrypted(sealed: str) -> bytes:
    # The base64 reader passes over strange characters and idle bits: two texts must not stand for the same secrets.
    try:
        is_exact = base64.urlsafe_b64encode(base64.urlsafe_b64decode(sealed.encode())).decode() == sealed
        plain = _keys().decrypt(sealed.encode())
    except (InvalidToken, binascii.Error):
        raise CredentialUnreadable() from None
    if not is_exact:
        raise CredentialUnreadable()
    return plain


def _keys() -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in settings.CREDENTIAL_KEYS])
    except ValueError:
        raise CredentialUnreadable() from None
