"""Pauses that all processes share: a row for each host and project, by the database's clock."""

import logging

from django.db import Error, models
from django.db.models import ExpressionWrapper, F
from django.db.models.functions import Now

from api_proxy.models import Pause, from_now

log = logging.getLogger(__name__)


class SharedPauses:
    """The pauses of one project, for a client. A database that fails holds up no call and loses no answer."""

    def __init__(self, project_id: str) -> None:
        self._project_id = project_id

    def left(self, host: str) -> float:
        """As ``patience.Pauses``."""
        rest = ExpressionWrapper(F("until") - Now(), output_field=models.DurationField())
        rows = Pause.objects.filter(pk=self._target(host), until__gt=Now())
        try:
            found = rows.annotate(rest=rest).values_list("rest", flat=True).first()
        except Error:
            log.warning("the pauses cannot be read now", exc_info=True)
            return 0
        return found.total_seconds() if found else 0

    def extend(self, host: str, seconds: float) -> None:
        """As ``patience.Pauses``."""
        until = from_now(seconds)
        try:
            Pause.objects.bulk_create([Pause(target=self._target(host), until=until)], ignore_conflicts=True)
            Pause.objects.filter(pk=self._target(host), until__lt=until).update(until=until)
        except Error:
            log.warning("a pause could not be kept", exc_info=True)

    def _target(self, host: str) -> str:
        return f"{host} {self._project_id}"[-200:]
