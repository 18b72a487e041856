"""Figures about the service, for Prometheus. No label holds what a person or the cloud has written.

Where several processes serve, PROMETHEUS_MULTIPROC_DIR names a folder that they share, emptied before they start.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from config.doors import may_look

SECONDS: Final = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)

REQUESTS: Final = Counter("groupflow_requests_total", "Requests answered", ["method", "route", "status"])
CHECK_SECONDS: Final = Histogram("groupflow_check_seconds", "Checks of one rule", buckets=SECONDS)
UPSTREAM_CALLS: Final = Counter("groupflow_upstream_calls_total", "Calls to the cloud", ["service", "outcome"])
UPSTREAM_SECONDS: Final = Histogram("groupflow_upstream_seconds", "Calls to the cloud", ["service"], buckets=SECONDS)
SIGN_INS: Final = Counter(
    "groupflow_sign_ins_total",
    "signed in: tokens that were given; refused: credentials that were not taken, by password or by signature; "
    "held back: calls that were not made, since the cloud had refused the credentials too often",
    ["outcome"],
)
SLOTS_IN_USE: Final = Gauge("groupflow_slots_in_use", "Places for calls that are taken", multiprocess_mode="livesum")
LAST_RECONCILE: Final = Gauge(
    "groupflow_last_reconcile_timestamp_seconds", "When submissions were last looked after", multiprocess_mode="max"
)

SERVICES: Final = frozenset({"iam", "aom", "coc"})
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def service(host: str) -> str:
    """The part of the cloud that ``host`` belongs to, of a list that is short and ours."""
    name = host.split(".")[0].partition("-")[0]
    return name if name in SERVICES and host.endswith((".myhuaweicloud.com", ".myhuaweicloud.eu")) else "other"


@contextmanager
def measured(host: str) -> Iterator[Callable[[int], None]]:
    """Times a call to ``host``; it is counted by the class of the status that is told, as failed where none is."""
    outcome = ["failed"]
    name = service(host)
    try:
        with UPSTREAM_SECONDS.labels(name).time():
            yield lambda status: outcome.append(f"{status // 100}xx")
    finally:
        UPSTREAM_CALLS.labels(name, outcome[-1]).inc()


def count_request(method: str | None, route: str, status: int) -> None:
    """One more request; methods that HTTP does not know count together, since anybody can make up more."""
    REQUESTS.labels(method if method in METHODS else "other", route or "none", str(status)).inc()


class Stored:
    """What the database knows: the same from every process."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        from api_proxy.models import AlarmAction, AlarmDeed, Submission

        family = GaugeMetricFamily("groupflow_submissions", "Submissions on record", labels=["state", "dry_run"])
        counted = Submission.objects.order_by().values_list("state", "dry_run").annotate(Count("id"))
        for state, dry_run, count in counted:
            family.add_metric([state, str(dry_run).lower()], count)
        yield family
        family = GaugeMetricFamily(
            "groupflow_alarm_actions", "Tasks run because of alarms, on record", labels=["state"]
        )
        for state, count in AlarmAction.objects.order_by().values_list("state").annotate(Count("id")):
            family.add_metric([state], count)
        yield family
        family = GaugeMetricFamily(
            "groupflow_alarm_deeds", "Alarms cleared and incidents made, on record", labels=["kind", "state"]
        )
        for kind, state, count in AlarmDeed.objects.order_by().values_list("kind", "state").annotate(Count("id")):
            family.add_metric([kind, state], count)
        yield family


def page() -> bytes:
    """All figures; without those of the database while it does not answer."""
    registry: CollectorRegistry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    text = generate_latest(registry)
    stored = CollectorRegistry()
    try:
        stored.register(Stored())
        return text + generate_latest(stored)
    except Error:
        return text


@login_not_required
@require_GET
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, for whom GROUPFLOW_METRICS says; everybody else finds nothing here."""
    if settings.METRICS == "off" or not (settings.METRICS == "open" or may_look(request)):
        raise Http404
    return HttpResponse(page(), content_type=CONTENT_TYPE_LATEST)
