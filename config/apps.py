"""Operations' place in Django: its checks run wherever checks are run."""

from django.apps import AppConfig

from config.checks import register_checks


class OperationsConfig(AppConfig):
    name = "config"
    verbose_name = "Operations"

    def ready(self) -> None:
        register_checks()
