"""``manage.py reconcile``: settle submissions that were cut off or left unclear, once or for as long as it runs."""

import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from api_proxy.keeper import PAUSE, keep, settle_once
from config import hosts


class Command(BaseCommand):
    help = "Settle submissions that were cut off or left unclear. The server does so by itself while it runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--watch", action="store_true", help="go on until the process is ended")
        parser.add_argument("--pause", type=float, default=PAUSE, help="seconds between two looks")

    def handle(self, *args: Any, **options: Any) -> None:
        hosts.guard_command()
        if options["watch"]:
            hosts.serve()
            keep(threading.Event(), options["pause"])
        taken = settle_once()
        self.stdout.write(f"{taken} submission(s) looked at.")
