"""``manage.py token USER``: a new API token, printed once and kept only as a hash."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from editor.models import ApiToken


class Command(BaseCommand):
    help = "Make an API token for an account and print it; it cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="the account's user name")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account named {options['user']}.")
        self.stdout.write(ApiToken.objects.issue(user))
