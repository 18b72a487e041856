"""The editor's place in Django."""

from importlib import import_module

from django.apps import AppConfig


class EditorConfig(AppConfig):
    name = "editor"
    verbose_name = "Rules"

    def ready(self) -> None:
        import_module("editor.api.schema")  # registers itself
