"""Operations' place in Django: its checks run wherever checks are run, its clock in every connection to SQLite."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.backends.signals import connection_created

from config.checks import register_checks
from config.clock import on_connection


class OperationsConfig(AppConfig):
    name = "config"
    verbose_name = "Operations"

    def ready(self) -> None:
        from config.hosts import check_host  # has models, which need Django to be set up

        register_checks()
        register(check_host, Tags.database)
        connection_created.connect(on_connection)
