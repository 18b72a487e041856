"""What the running project keeps of itself."""

from django.db import models


class ServingHost(models.Model):
    """The one machine that works on the database where that is SQLite; see ``hosts``. One row at most.

    ``until`` is the end of its lease in seconds since 1970 by its own clock, ``anchor`` the time in the same seconds at
    which its steady clock began; see ``clock``.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    boot = models.CharField(max_length=64)
    machine = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=255)
    until = models.FloatField()
    anchor = models.FloatField()

    def __str__(self) -> str:
        return self.name
