"""Rules and their versions. A version is written once and never edited; what a rule says now is its newest version."""

import hashlib
import json
import secrets
import uuid
from typing import Any, ClassVar, Self, cast

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.utils import timezone

from editor.flow.rule import Document, Json, digest
from editor.responses import Responses


class NameTaken(Exception):
    """Another rule has this name."""


class Stale(Exception):
    """The rule has moved on since the caller read it; ``current`` is its newest version."""

    def __init__(self, current: "Version") -> None:
        super().__init__(f"version {current.number} by {current.author} is newer")
        self.current = current


class RuleQuerySet(models.QuerySet["Rule"]):
    def live(self) -> Self:
        """Rules that are not archived."""
        return self.filter(archived_at=None)

    def start(
        self, author: User, document: Document, layout: Json, message: str = "", responses: Responses | None = None
    ) -> "Rule":
        """A new rule with its version 1. Raises NameTaken."""
        try:
            with transaction.atomic():
                rule = self.create(name=name_in(document), head=1, created_by=author)
                Version.objects.add(rule, author, document, layout, message, _text(responses or {}))
        except IntegrityError as error:
            raise NameTaken(name_in(document)) from error
        return rule


class Rule(models.Model):
    """A rule under one name; ``head`` is the number of its newest version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.TextField()
    head = models.PositiveIntegerField()
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            # A draft may still lack its name; two rules with one name would overwrite each other upstream.
            models.UniqueConstraint(
                fields=["name"], condition=Q(archived_at=None) & ~Q(name=""), name="one_live_rule_per_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.id)

    @property
    def current(self) -> "Version":
        return self.versions.select_related("author").get(number=self.head)

    def save_version(
        self,
        author: User,
        seen: int,
        document: Document,
        layout: Json,
        message: str = "",
        responses: Responses | None = None,
    ) -> "Version":
        """Write the next version, provided ``seen`` is still the newest one; without ``responses`` it keeps that one's.

        One conditional UPDATE decides: comparing first and saving afterwards loses writes. Raises Stale, NameTaken.
        """
        try:
            with transaction.atomic():
                self._take(seen, name=name_in(document), head=seen + 1)
                kept = self.versions.get(number=seen).responses if responses is None else _text(responses)
                return Version.objects.add(self, author, document, layout, message, kept)
        except IntegrityError as error:
            raise NameTaken(name_in(document)) from error

    def archive(self, seen: int) -> None:
        """Put the rule away, provided ``seen`` is still its newest version; its versions stay. Raises Stale."""
        with transaction.atomic():
            self._take(seen, archived_at=timezone.now())

    def _take(self, seen: int, **changes: object) -> None:
        rows = Rule.objects.live().filter(pk=self.pk, head=seen)
        if not rows.update(changed_at=timezone.now(), **changes):
            self.refresh_from_db()
            raise Stale(self.current)
        self.refresh_from_db()


class VersionManager(models.Manager["Version"]):
    def newest(self) -> models.QuerySet["Version"]:
        """The newest version of each rule that is not archived, by rule name."""
        rows = self.filter(rule__archived_at=None, number=F("rule__head"))
        return rows.select_related("rule", "author").order_by("rule__name", "rule_id")

    def with_news(self) -> models.QuerySet["Version"]:
        """Versions that say, as ``has_new_responses``, whether their prepared responses are others than before."""
        before = Version.objects.filter(rule=OuterRef("rule"), number=OuterRef("number") - 1)
        same = Q(Exists(before.filter(responses=OuterRef("responses")))) | Q(number=1, responses="{}")
        return self.annotate(has_new_responses=Case(When(same, then=False), default=True))

    def add(
        self, rule: Rule, author: User, document: Document, layout: Json, message: str, responses: str
    ) -> "Version":
        """The row of ``rule``'s newest version."""
        return self.create(
            rule=rule,
            number=rule.head,
            document=_text(document),
            layout=_text(layout),
            responses=responses,
            digest=digest(document),
            author=author,
            message=message,
        )


class Version(models.Model):
    """What a rule said at one time. Texts, not JSON columns: a database's JSON type forgets the order of members."""

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.TextField()
    layout = models.TextField()
    responses = models.TextField(default="{}")
    digest = models.CharField(max_length=64)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    message = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = VersionManager()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rule", "number"], name="one_version_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A version is never edited; save a new one.")
        super().save(*args, **kwargs)

    @property
    def content(self) -> Document:
        return cast(Document, json.loads(self.document))

    @property
    def positions(self) -> Json:
        return cast(Json, json.loads(self.layout))

    @property
    def prepared(self) -> Responses:
        """The prepared responses, by card id."""
        return cast(Responses, json.loads(self.responses))

    @property
    def etag(self) -> str:
        """The entity tag of the rule at this version, quotes included."""
        return f'"v{self.number}"'


class ApiTokenManager(models.Manager["ApiToken"]):
    def issue(self, user: User) -> str:
        """A new token for ``user``; the text is returned once and only its hash is kept."""
        text = f"gf_{secrets.token_urlsafe(32)}"
        self.create(user=user, hashed=hash_of(text), tail=text[-4:])
        return text

    def owner(self, text: str) -> User | None:
        """The active account that ``text`` stands for."""
        found = self.filter(hashed=hash_of(text), user__is_active=True).select_related("user").first()
        return found.user if found else None


class ApiToken(models.Model):
    """A key of a script, hashed at rest: 256 random bits need no slow hash."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    hashed = models.CharField(max_length=64, unique=True)
    tail = models.CharField(max_length=4)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ApiTokenManager()

    def __str__(self) -> str:
        return f"{self.user} …{self.tail}"


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def name_in(document: Document) -> str:
    """The rule's name as the document gives it; empty where it gives none."""
    name = document.get("name")
    return name if isinstance(name, str) else ""
