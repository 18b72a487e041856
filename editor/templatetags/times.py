"""How long ago something was, in words."""

from datetime import datetime, timedelta
from typing import Final

from django import template
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

register = template.Library()

#: Less than this is told without a number.
MOMENT: Final = timedelta(minutes=1)


@register.filter
def ago(moment: datetime) -> str:
    """ "3 days ago", by the largest unit; "just now" within the last minute."""
    if timezone.now() - moment < MOMENT:
        return _("just now")
    return _("%(ago)s ago") % {"ago": timesince(moment, depth=1)}
