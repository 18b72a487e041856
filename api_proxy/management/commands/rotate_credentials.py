"""``manage.py rotate_credentials``: seal every stored secret with the first key of CREDENTIAL_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from api_proxy.models import Connection, SignIn
from api_proxy.vault import CredentialUnreadable, is_newest, reseal


class Command(BaseCommand):
    help = (
        "Seal every stored secret anew with the first key of CREDENTIAL_KEYS; then the others can be taken away. "
        "It can be broken off and run again at any time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        unreadable = [name for connection in Connection.objects.exclude(sealed="") for name in self._rotate(connection)]
        for token in SignIn.objects.exclude(sealed_token=""):
            _rotate_token(token)
        for name in unreadable:
            self.stderr.write(f"{name}: cannot be read with the keys in CREDENTIAL_KEYS; it was left as it is.")
        if unreadable:
            raise CommandError(
                f"{len(unreadable)} of {_stored()} connections could not be read. Keep the old keys, put the missing "
                "one back and run this again, or enter the credentials of these connections anew."
            )
        self.stdout.write(f"{_stored()} connections are sealed with the first key. The other keys can go.")

    def _rotate(self, connection: Connection) -> list[str]:
        """Seal one connection anew; its name where it cannot be read."""
        try:
            connection.open_credentials()
            if not is_newest(connection.sealed):
                same = Connection.objects.filter(pk=connection.pk, sealed=connection.sealed)
                same.update(sealed=reseal(connection.sealed))
        except CredentialUnreadable:
            return [connection.name]
        return []


def _rotate_token(row: SignIn) -> None:
    """A token is only kept to save a sign-in: one that cannot be read is dropped."""
    same = SignIn.objects.filter(pk=row.pk, sealed_token=row.sealed_token)
    try:
        same.update(sealed_token=reseal(row.sealed_token))
    except CredentialUnreadable:
        same.update(sealed_token="", token_until=None)


def _stored() -> int:
    return Connection.objects.exclude(sealed="").count()
