"""Where rules are sent to, and the record of every sending."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, Self, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import ExpressionWrapper, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from api_proxy.credentials import SECRETS, Kind, key_ending, secret_fingerprint
from api_proxy.endpoints import coc_regions, regions
from api_proxy.refusal import Refusal
from api_proxy.secret import Secret
from api_proxy.vault import seal, unseal
from editor.flow.say import said_again, say
from editor.models import Rule, Version

#: What stands for a rule that is not over there, where else its fingerprint would stand.
ABSENT: Final = "absent"

#: What COC calls a work order that does not go on by itself.
ORDER_ENDS: Final = frozenset({"FINISHED", "ABNORMAL", "CANCELED"})

#: What belongs to the credentials of a connection and is stored with them.
CREDENTIALS: Final = ("kind", "sealed", "key_ending", "fingerprint", "ends")
#: What signing in depends on.
SIGNING_IN: Final = frozenset({*CREDENTIALS, "region", "project_id", "iam_domain", "iam_user"})


class LeaseLost(Exception):
    """Another process has taken over the submission, since this one was silent for too long."""


def validate_region(value: str) -> None:
    if value not in regions():
        raise ValidationError(say("Choose one of: {choices}.", choices=", ".join(regions())))


def validate_coc_region(value: str) -> None:
    if value not in coc_regions():
        raise ValidationError(say("Choose one of: {choices}.", choices=", ".join(coc_regions())))


def validate_plain(value: str) -> None:
    if not value.isprintable() or value != value.strip():
        raise ValidationError(say("Use printable characters, with no blank first or last."))


class Connection(models.Model):
    """A project of the cloud, and the credentials that may change its rules. These are sealed; see ``vault``.

    ``revision`` changes with everything that signing in depends on, so that what was learnt with other credentials is
    not held against these.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=100, unique=True, validators=[validate_plain])
    region = models.CharField(_("region"), max_length=40, validators=[validate_region])
    coc_region = models.CharField(_("COC region"), max_length=40, blank=True, validators=[validate_coc_region])
    project_id = models.CharField(
        _("project ID"),
        max_length=32,
        validators=[RegexValidator(r"\A[0-9a-f]{32}\Z", _("A project ID is 32 characters of 0-9 and a-f."))],
    )
    enterprise_project_id = models.CharField(
        _("enterprise project ID"),
        max_length=36,
        blank=True,
        validators=[
            RegexValidator(
                r"\A(0|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})\Z",
                _("An enterprise project ID is 0 or a UUID in lower case. Leave it empty for the default one."),
            )
        ],
    )
    kind = models.CharField(_("signs in with"), max_length=14, choices=Kind.choices, default=Kind.PASSWORD)
    iam_domain = models.CharField(_("account name"), max_length=64, blank=True, validators=[validate_plain])
    iam_user = models.CharField(_("IAM user"), max_length=64, blank=True, validators=[validate_plain])
    sealed = models.TextField(blank=True, editable=False, db_column="sealed_password")
    key_ending = models.CharField(max_length=4, blank=True, editable=False)
    fingerprint = models.CharField(max_length=12, blank=True, editable=False)
    ends = models.DateTimeField(null=True, blank=True, editable=False)
    revision = models.UUIDField(default=uuid.uuid4, editable=False)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """An IAM user is named where one signs in."""
        if self.kind != Kind.PASSWORD:
            return
        missing = [name for name in ("iam_domain", "iam_user") if not getattr(self, name)]
        if missing:
            raise ValidationError({name: say("Signing in with a password needs this.") for name in missing})

    @property
    def has_credentials(self) -> bool:
        return bool(self.sealed)

    @property
    def clock_skew(self) -> float | None:
        """Seconds that the cloud's clock is ahead of ours, as last measured; None before."""
        row: SignIn | None = getattr(self, "sign_in", None)
        return row.skew if row else None

    def set_credentials(self, secrets: Mapping[str, Secret], ends: datetime | None = None) -> None:
        """Seal ``secrets`` of the connection's kind into this row, which is not saved by it. Without any the row
        forgets what it has. Raises CredentialUnreadable.
        """
        self.sealed = seal(self.id, secrets) if secrets else ""
        self.key_ending, self.fingerprint, self.ends = key_ending(secrets), secret_fingerprint(secrets), ends
        self.revision = uuid.uuid4()

    def set_password(self, password: Secret) -> None:
        """Seal the password of the IAM user into this row. Raises CredentialUnreadable."""
        self.kind = Kind.PASSWORD
        self.set_credentials({"password": password})

    def open_credentials(self) -> dict[str, Secret]:
        """The secrets of the connection's kind. Raises CredentialUnreadable."""
        return unseal(self.id, self.sealed, SECRETS[self.kind])

    def store(self, members: Iterable[str]) -> None:
        """Write these members, and nothing else: what somebody else changed in the meantime stays as it is. A new
        connection is written whole.

        Raises DoesNotExist where the connection was removed in the meantime, IntegrityError where its name is taken.
        """
        with transaction.atomic():
            if self._state.adding:
                self.save(force_insert=True)
                return
            values = {name: getattr(self, name) for name in members}
            if SIGNING_IN & values.keys():
                values["revision"] = self.revision = uuid.uuid4()
            if not Connection.objects.filter(pk=self.pk).update(changed=timezone.now(), **values):
                raise Connection.DoesNotExist


Row = TypeVar("Row", bound="Undertaking")


class UndertakingQuerySet(models.QuerySet[Row]):
    def overdue(self) -> Self:
        """What nobody works on any more, though it has no outcome."""
        return self.filter(finished=None, lease_until__lt=Now())


def from_now(seconds: float) -> Combinable:
    """The moment in so many seconds, by the database's clock, which all processes share."""
    return ExpressionWrapper(Now() + timedelta(seconds=seconds), output_field=models.DateTimeField())


class SubmissionQuerySet(UndertakingQuerySet["Submission"]):
    def in_full(self) -> Self:
        """With everything that an answer or a page shows of a submission."""
        return self.select_related("rule", "version", "author")


class AlarmActionQuerySet(UndertakingQuerySet["AlarmAction"]):
    def in_full(self) -> Self:
        """With everything that an answer or a page shows of an action."""
        return self.select_related("author", "settled_by")

    def ran(self) -> Self:
        """What was run, or may have been."""
        return self.exclude(state="rejected")


class AlarmDeedQuerySet(UndertakingQuerySet["AlarmDeed"]):
    def in_full(self) -> Self:
        """With everything that an answer or a page shows of a deed."""
        return self.select_related("author")


def lease_end() -> Combinable:
    """When a lease that is taken now runs out."""
    return from_now(settings.SUBMIT_LEASE)


class Answered(models.Model):
    """What the cloud said when it did not simply do as it was told."""

    status = models.PositiveSmallIntegerField(null=True)
    error_code = models.TextField(blank=True)
    error_msg = models.TextField(blank=True)
    error_type = models.TextField(blank=True)
    trace_id = models.TextField(blank=True)

    class Meta:
        abstract = True

    @property
    def refusal(self) -> Refusal:
        return Refusal(self.status or 0, self.error_code, self.error_msg, self.error_type, self.trace_id)


class Undertaking(Answered):
    """Something done over there. The row belongs to the process that holds its lease until it has its outcome, of which
    it keeps what the cloud said and what the author was told."""

    #: What the row is called where the API names it.
    CALLED: ClassVar[str]

    lease = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    finished = models.DateTimeField(null=True)
    detail = models.TextField(blank=True, help_text="what the author was told")
    said = models.JSONField(null=True, help_text="the same, kept so that any reader is told it in their language")

    class Meta:
        abstract = True

    @property
    def is_under_way(self) -> bool:
        return self.finished is None

    def take(self) -> bool:
        """Take the lease over where it has run out; whether this process has it now."""
        lease = uuid.uuid4()
        taken = self._rows.filter(lease=self.lease, finished=None, lease_until__lt=Now())
        if not taken.update(lease=lease, lease_until=lease_end()):
            return False
        self.refresh_from_db()
        return True

    def advance(self, **members: Any) -> None:
        """Write ``members`` and renew the lease. Raises LeaseLost, and writes nothing, where another process has it."""
        held = self._rows.filter(lease=self.lease, finished=None)
        if not held.update(**{"lease_until": lease_end(), **members}):
            raise LeaseLost
        for name, value in members.items():
            if not isinstance(value, Combinable):
                setattr(self, name, value)

    @property
    def sentence(self) -> str:
        """What came of it, in the language of the reader."""
        return said_again(self.said) if self.said else self.detail

    @property
    def _rows(self) -> models.QuerySet[Any]:
        return type(self)._default_manager.filter(pk=self.pk)


class Pause(models.Model):
    """Until when a host wants to be left in peace by calls for one project; every process heeds it."""

    target = models.CharField(max_length=200, primary_key=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.target} until {self.until}"


class Submission(Undertaking):
    """One sending of one version to one connection. The row is written before the first byte leaves.

    ``finished`` is empty while it is under way; then the row belongs to the process that holds its lease. The target's
    facts are copied, so that the record outlives the connection.
    """

    CALLED = "submission"

    class State(models.TextChoices):
        PREPARED = "prepared"
        SENDING = "sending"
        SUCCEEDED = "succeeded"
        REJECTED = "rejected"
        UNKNOWN = "unknown"
        DRIFTED = "drifted"
        NEEDS_HUMAN = "needs_human"

    class Operation(models.TextChoices):
        UPDATE = "update"
        CREATE = "create"

    class Comparison(models.TextChoices):
        ABSENT = "absent"
        EQUAL = "equal"
        DIFFERS = "differs"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="submissions")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    connection = models.ForeignKey(Connection, on_delete=models.SET_NULL, null=True, related_name="submissions")
    connection_name = models.CharField(max_length=100)
    region = models.CharField(max_length=40)
    project_id = models.CharField(max_length=32)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the bytes that are sent")
    dry_run = models.BooleanField(default=False)
    state = models.CharField(max_length=11, choices=State.choices)
    operation = models.CharField(max_length=6, choices=Operation.choices, default=Operation.UPDATE)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="how often the rule was sent")
    expected = models.CharField(max_length=64, blank=True, help_text="what the author saw over there, by fingerprint")
    before = models.CharField(max_length=64, blank=True, help_text="what was there before the first sending")
    overwritten = models.TextField(blank=True, help_text="the rule that was there before, as JSON")
    request = models.JSONField(null=True, help_text="of a dry run: what a submission would send, without its secrets")
    unclear_since = models.DateTimeField(null=True, editable=False)
    comparison = models.CharField(max_length=7, choices=Comparison.choices, blank=True, help_text="of a dry run")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    idempotency_key = models.CharField(max_length=200, blank=True)
    created = models.DateTimeField(default=timezone.now, editable=False)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["author", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="one_submission_per_key",
            ),
            # Two sendings of one rule at once could arrive in either order; the record would not say which one counts.
            models.UniqueConstraint(
                fields=["rule", "connection"],
                condition=Q(finished=None, dry_run=False),
                name="one_open_submission_per_rule",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["prepared", "sending", "succeeded", "rejected", "unknown", "drifted", "needs_human"]
                ),
                name="submission_state_known",
            ),
            models.CheckConstraint(condition=Q(operation__in=["update", "create"]), name="submission_operation_known"),
            models.CheckConstraint(
                condition=Q(state="prepared")
                | Q(state__in=["sending", "unknown"], finished=None)
                | Q(state__in=["succeeded", "rejected", "drifted", "needs_human"], finished__isnull=False),
                name="submission_outcome_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(dry_run=True, state__in=["prepared", "rejected"]) | Q(dry_run=False, comparison=""),
                name="submission_dry_run_changes_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} to {self.connection_name}: {self.state}"


class AlarmAction(Undertaking):
    """One running of a task because of an alarm. The row is written before the first byte leaves; it is sent once.

    ``finished`` is empty while it is under way; then the row belongs to the process that holds its lease. What was
    learnt of the machines, the connection and the request is copied, so that the record outlives them. Nobody can know
    by itself whether a task ran where no clear answer came: then ``needs_human``, until somebody settles it.
    """

    CALLED = "alarm_action"

    class State(models.TextChoices):
        PREPARED = "prepared"
        SENDING = "sending"
        STARTED = "started"
        REJECTED = "rejected"
        NEEDS_HUMAN = "needs_human"

    class Settlement(models.TextChoices):
        RAN = "ran"
        DID_NOT_RUN = "did_not_run"

    class TaskType(models.TextChoices):
        PLAN = "PLAN"
        SCRIPT = "SCRIPT"
        RUNBOOK = "RUNBOOK"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.ForeignKey(Connection, on_delete=models.SET_NULL, null=True, related_name="alarm_actions")
    connection_name = models.CharField(max_length=100)
    coc_region = models.CharField(max_length=40)
    project_id = models.CharField(max_length=32)
    alarm_id = models.CharField(max_length=26)
    task_type = models.CharField(max_length=7, choices=TaskType.choices)
    task_source = models.CharField(max_length=13)
    task_id = models.CharField(max_length=100)
    task_name = models.CharField(max_length=255, blank=True)
    machines = models.PositiveIntegerField(null=True, help_text="on how many; null where COC chooses them")
    machine_names = models.JSONField(default=list, help_text="the first of them, as they were called")
    batches = models.PositiveIntegerField(default=0)
    summary = models.JSONField(help_text="what it runs, kept so that any reader is told it in their language")
    request = models.TextField(help_text="the body, with secret values masked")
    url = models.TextField()
    digest = models.CharField(max_length=64, help_text="keyed, of the bytes that are sent")
    reason = models.CharField(max_length=500, blank=True, help_text="why it was run once more")
    state = models.CharField(max_length=11, choices=State.choices)
    work_order = models.CharField(max_length=200, blank=True)
    order_state = models.CharField(max_length=100, blank=True, help_text="of the work order, as COC calls it")
    order_seen = models.DateTimeField(null=True)
    known = models.JSONField(null=True, help_text="ids of the work orders there were before; null where unreadable")
    evidence = models.JSONField(null=True, help_text="what the records of the alarm said where no clear answer came")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the Idempotency-Key")
    created = models.DateTimeField(default=timezone.now, editable=False)
    sent = models.DateTimeField(null=True)
    settlement = models.CharField(max_length=11, choices=Settlement.choices, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True, help_text="of who settled it")

    objects = AlarmActionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["author", "key_digest"], condition=~Q(key_digest=""), name="one_alarm_action_per_key"
            ),
            # Alarm ids are COC's own, so two connections to it do not make two alarms.
            models.UniqueConstraint(
                fields=["coc_region", "alarm_id"], condition=Q(finished=None), name="one_open_action_per_alarm"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["prepared", "sending"], finished=None)
                | Q(state__in=["started", "rejected", "needs_human"], finished__isnull=False),
                name="alarm_action_outcome_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(settlement="", settled_by=None, settled_at=None)
                | Q(settlement="ran", state="started", settled_by__isnull=False, settled_at__isnull=False)
                | Q(settlement="did_not_run", state="rejected", settled_by__isnull=False, settled_at__isnull=False),
                name="alarm_action_settled_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="prepared", sent=None)
                | Q(state__in=["sending", "started", "needs_human"], sent__isnull=False)
                | Q(state="rejected"),
                name="alarm_action_outcome_after_sending",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_name or self.task_id} for {self.alarm_id}: {self.state}"

    @property
    def order_is_over(self) -> bool:
        """Whether nothing more will happen to the work order by itself."""
        return self.order_state.upper() in ORDER_ENDS


class AlarmDeed(Undertaking):
    """One clearing of an alarm, or one making of an incident of it. The row is written before the first byte leaves; it
    is sent once. ``finished`` is empty while it is under way; then the row belongs to the process that holds its lease.
    """

    CALLED = "alarm_deed"

    class Kind(models.TextChoices):
        CLEAR = "clear"
        INCIDENT = "incident"

    class State(models.TextChoices):
        SENDING = "sending"
        DONE = "done"
        REJECTED = "rejected"
        UNKNOWN = "unknown"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.ForeignKey(Connection, on_delete=models.SET_NULL, null=True, related_name="alarm_deeds")
    connection_name = models.CharField(max_length=100)
    coc_region = models.CharField(max_length=40)
    project_id = models.CharField(max_length=32)
    alarm_id = models.CharField(max_length=26)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    request = models.TextField(help_text="the body, without the alarm's id where it is of clearing")
    reason = models.CharField(max_length=500, blank=True, help_text="why another incident was made")
    known = models.CharField(max_length=200, null=True, help_text="its incident before; null where unreadable")
    state = models.CharField(max_length=8, choices=State.choices)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the Idempotency-Key")
    created = models.DateTimeField(default=timezone.now, editable=False)

    objects = AlarmDeedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["author", "key_digest"], condition=~Q(key_digest=""), name="one_alarm_deed_per_key"
            ),
            models.UniqueConstraint(
                fields=["coc_region", "alarm_id", "kind"], condition=Q(finished=None), name="one_open_deed_per_alarm"
            ),
            models.CheckConstraint(condition=Q(kind__in=["clear", "incident"]), name="alarm_deed_kind_known"),
            models.CheckConstraint(
                condition=Q(state="sending", finished=None)
                | Q(state__in=["done", "rejected", "unknown"], finished__isnull=False),
                name="alarm_deed_outcome_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.alarm_id}: {self.state}"


class Look(models.Model):
    """The last look at all that lives over a connection. What it found is in ``LiveState``, and was so at ``seen_at``;
    a look that fails leaves that alone and says why in ``failure``.
    """

    connection = models.OneToOneField(Connection, models.CASCADE, primary_key=True, related_name="look")
    target = models.CharField(max_length=120, help_text="where it looked: a connection may lead elsewhere later")
    seen_at = models.DateTimeField(null=True)
    count = models.PositiveIntegerField(default=0, help_text="rules over there")
    tried_at = models.DateTimeField()
    failure = models.JSONField(null=True, help_text="why the last try failed, as Said.as_json gives it")

    def __str__(self) -> str:
        return f"what lives over {self.connection_id}"


class LiveState(models.Model):
    """How one name stood over a connection at its last look: what lives there beside what was put there."""

    class State(models.TextChoices):
        EQUAL = "equal"
        CHANGED = "changed"
        TAKEN = "taken"
        MISSING = "missing"
        FOREIGN = "foreign"

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="live_states")
    name = models.CharField(max_length=100)
    rule = models.ForeignKey(Rule, models.CASCADE, null=True, related_name="live_states")
    state = models.CharField(max_length=7, choices=State.choices)
    version = models.PositiveIntegerField(null=True, help_text="the version that says what lives there")
    settled = models.PositiveIntegerField(null=True, help_text="the version that was put or found there last")
    members = models.JSONField(default=list, help_text="in what it differs from that, or from the newest version")
    fingerprint = models.CharField(max_length=64)
    update_time = models.BigIntegerField(null=True, help_text="when it was changed over there, in milliseconds")
    document = models.TextField(blank=True, help_text="what lives there, as it came")

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection", "name"], name="one_live_state_per_name"),
            models.CheckConstraint(
                condition=Q(state__in=["equal", "changed", "taken", "missing", "foreign"]), name="live_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"


class Origin(models.Model):
    """Where an imported version was found. The target's facts are copied, so that it outlives the connection."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="origins")
    connection = models.ForeignKey(Connection, on_delete=models.SET_NULL, null=True, related_name="origins")
    connection_name = models.CharField(max_length=100)
    region = models.CharField(max_length=40)
    project_id = models.CharField(max_length=32)
    fingerprint = models.CharField(max_length=64)
    update_time = models.BigIntegerField(null=True, help_text="when it was changed over there, in milliseconds")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar = ["-created", "-id"]

    def __str__(self) -> str:
        return f"{self.version} from {self.connection_name}"


class Removal(Answered):
    """One removal of a rule over there, on record before the first byte leaves; ``document`` is what was removed."""

    class State(models.TextChoices):
        SENDING = "sending"
        SUCCEEDED = "succeeded"
        REJECTED = "rejected"
        UNKNOWN = "unknown"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100)
    connection = models.ForeignKey(Connection, on_delete=models.SET_NULL, null=True, related_name="removals")
    connection_name = models.CharField(max_length=100)
    region = models.CharField(max_length=40)
    project_id = models.CharField(max_length=32)
    fingerprint = models.CharField(max_length=64)
    document = models.TextField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.SENDING)
    said = models.JSONField(null=True, help_text="what came of it, as Said.as_json gives it")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(default=timezone.now, editable=False)
    finished = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True, help_text="until when its process tells what came of it")

    class Meta:
        ordering: ClassVar = ["-created", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["sending", "unknown"], finished=None)
                | Q(state__in=["succeeded", "rejected"], finished__isnull=False),
                name="removal_outcome_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} from {self.connection_name}: {self.state}"


class SignIn(models.Model):
    """What all processes know of signing in over a connection with the credentials it has now: the token, how often in
    a row the cloud refused, who is trying at the moment, and how far its clock is from ours.

    All writing is by conditional UPDATE; times are the database's.
    """

    connection = models.OneToOneField(Connection, models.CASCADE, primary_key=True, related_name="sign_in")
    revision = models.UUIDField(help_text="of the connection's credentials")
    sealed_token = models.TextField(blank=True)
    token_until = models.DateTimeField(null=True)
    is_proven = models.BooleanField(default=False, help_text="the cloud took the credentials the last time")
    refusals = models.PositiveIntegerField(default=0, help_text="in a row")
    peace_until = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    skew = models.FloatField(null=True, help_text="seconds that the cloud's clock is ahead of ours")

    def __str__(self) -> str:
        return f"signing in over {self.connection_id}"
