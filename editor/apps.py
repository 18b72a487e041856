"""The editor's place in Django."""

from importlib import import_module

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import get_language, gettext, gettext_lazy

from editor.flow.say import speak_by


class EditorConfig(AppConfig):
    name = "editor"
    verbose_name = gettext_lazy("Rules")

    def ready(self) -> None:
        import_module("editor.api.schema")  # registers itself
        register(import_module("editor.catalogue").check_compiled)
        speak_by(gettext, get_language)
