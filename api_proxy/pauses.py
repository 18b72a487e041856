"""Pauses that all processes share: a row for each host and project, by the database's clock."""

import logging
from typing import Any, Final

from django.db import Error, models
from django.db.models import ExpressionWrapper, F
from django.db.models.functions import Now

from api_proxy.models import Pause, from_now
from api_proxy.prepared import Prepared

log = logging.getLogger(__name__)


def _rest(target: str) -> models.QuerySet[Pause, Any]:
    rest = ExpressionWrapper(F("until") - Now(), output_field=models.DurationField())
    return Pause.objects.filter(pk=target, until__gt=Now()).annotate(rest=rest).values_list("rest")


#: Nearly always there is none.
_IS_PAUSED: Final = Prepared(lambda target: _rest(target).values_list("pk"), models.CharField())


class SharedPauses:
    """The pauses of one project, for a client. A database that fails holds up no call and loses no answer."""

    def __init__(self, project_id: str) -> None:
        self._project_id = project_id

    def left(self, host: str) -> float:
        """As ``patience.Pauses``."""
        try:
            found = _rest(self._target(host)).first() if _IS_PAUSED(self._target(host)) else None
        except Error:
            log.warning("the pauses cannot be read now", exc_info=True)
            return 0
        return found[0].total_seconds() if found else 0

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
