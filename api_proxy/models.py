"""Where rules are sent to, and the record of every sending."""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import ClassVar, Final, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from api_proxy.endpoints import regions
from api_proxy.secret import Secret
from api_proxy.vault import seal, unseal
from editor.flow.say import Said, mark, said_again, say
from editor.models import Rule, Version

#: A sending without an outcome after so long was cut off with its process; all deadlines together are shorter.
ABANDONED_AFTER: Final = timedelta(minutes=5)
ABANDONED: Final = mark(
    "Groupflow stopped before the answer came, so nobody knows whether the rule was changed. "
    "Compare with a dry run, then submit again."
)


def validate_region(value: str) -> None:
    if value not in regions():
        raise ValidationError(say("Choose one of: {choices}.", choices=", ".join(regions())))


def validate_plain(value: str) -> None:
    if not value.isprintable() or value != value.strip():
        raise ValidationError(say("Use printable characters, with no blank first or last."))


class Connection(models.Model):
    """A project of the cloud, and the IAM user that may change its rules. The password is sealed; see ``vault``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=100, unique=True, validators=[validate_plain])
    region = models.CharField(_("region"), max_length=40, validators=[validate_region])
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
    iam_domain = models.CharField(_("account name"), max_length=64, validators=[validate_plain])
    iam_user = models.CharField(_("IAM user"), max_length=64, validators=[validate_plain])
    sealed_password = models.TextField(blank=True, editable=False)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def has_password(self) -> bool:
        return bool(self.sealed_password)

    def set_password(self, password: Secret) -> None:
        """Seal ``password`` into this row, which is not saved by it. Raises CredentialUnreadable."""
        self.sealed_password = seal(self.id, password)

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
            if not Connection.objects.filter(pk=self.pk).update(changed=timezone.now(), **values):
                raise Connection.DoesNotExist

    def open_password(self) -> Secret:
        """The password. Raises CredentialUnreadable."""
        return unseal(self.id, self.sealed_password)


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def in_full(self) -> Self:
        """With everything that an answer or a page shows of a submission."""
        return self.select_related("rule", "version", "author")

    def settle_abandoned(self) -> int:
        """Turn sendings that were cut off with their process into "unknown"; how many there were."""
        overdue = self.filter(finished=None, started__lt=timezone.now() - ABANDONED_AFTER)
        told = {"detail": ABANDONED, "said": say(ABANDONED).as_json()}
        return overdue.update(state=Submission.State.UNKNOWN, **told, finished=timezone.now())


class Submission(models.Model):
    """One sending of one version to one connection. The row is written before the first byte leaves.

    ``finished`` is empty while it is under way. The target's facts are copied, so that the record outlives the
    connection.
    """

    class State(models.TextChoices):
        PREPARED = "prepared"
        SENDING = "sending"
        SUCCEEDED = "succeeded"
        REJECTED = "rejected"
        UNKNOWN = "unknown"

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
    state = models.CharField(max_length=10, choices=State.choices)
    operation = models.CharField(max_length=6, choices=Operation.choices, default=Operation.UPDATE)
    comparison = models.CharField(max_length=7, choices=Comparison.choices, blank=True, help_text="of a dry run")
    status = models.PositiveSmallIntegerField(null=True)
    error_code = models.TextField(blank=True)
    error_msg = models.TextField(blank=True)
    error_type = models.TextField(blank=True)
    trace_id = models.TextField(blank=True)
    detail = models.TextField(blank=True, help_text="what the author was told")
    said = models.JSONField(null=True, help_text="the same, kept so that any reader is told it in their language")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    idempotency_key = models.CharField(max_length=200, blank=True)
    created = models.DateTimeField(default=timezone.now, editable=False)
    started = models.DateTimeField(default=timezone.now, editable=False)
    finished = models.DateTimeField(null=True)

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
                condition=Q(state__in=["prepared", "sending", "succeeded", "rejected", "unknown"]),
                name="submission_state_known",
            ),
            models.CheckConstraint(condition=Q(operation__in=["update", "create"]), name="submission_operation_known"),
            models.CheckConstraint(
                condition=Q(state="prepared")
                | Q(state="sending", finished=None)
                | Q(state__in=["succeeded", "rejected", "unknown"], finished__isnull=False),
                name="submission_outcome_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(dry_run=True, state__in=["prepared", "rejected", "unknown"])
                | Q(dry_run=False, comparison=""),
                name="submission_dry_run_changes_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} to {self.connection_name}: {self.state}"

    @property
    def is_under_way(self) -> bool:
        return self.finished is None

    def as_known_now(self) -> Self:
        """This row, reading as "unknown" in memory where its process was cut off: a look at it stores nothing."""
        if self.finished is None and self.started < timezone.now() - ABANDONED_AFTER:
            self.state, self.finished = self.State.UNKNOWN, self.started + ABANDONED_AFTER
            self.tell(say(ABANDONED))
        return self

    def tell(self, sentence: Said) -> None:
        """Say what came of it; the row is not saved by it."""
        self.detail, self.said = str(sentence), sentence.as_json()

    @property
    def sentence(self) -> str:
        """What came of it, in the language of the reader."""
        return said_again(self.said) if self.said else self.detail
