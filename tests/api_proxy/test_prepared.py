"""A question whose SQL is written once answers as the query it was made from."""

import uuid
from datetime import timedelta

import pytest
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from api_proxy.models import Connection, Pause, SignIn
from api_proxy.prepared import Prepared

pytestmark = pytest.mark.django_db


def test_it_answers_each_time_for_the_values_it_is_asked_with() -> None:
    known = [
        SignIn.objects.create(connection=Connection.objects.create(name=name), revision=uuid.uuid4()) for name in "ab"
    ]
    ask = Prepared(
        lambda revision, pk: SignIn.objects.filter(pk=pk, revision=revision).values_list("sealed_token", "refusals"),
        models.UUIDField(),
        models.UUIDField(),
    )
    SignIn.objects.filter(pk=known[1].pk).update(refusals=2)
    assert ask(known[0].revision, known[0].pk) == [("", 0)]
    assert ask(known[1].revision, known[1].pk) == [("", 2)]
    assert ask(known[0].revision, known[1].pk) == []


def test_the_moment_is_that_of_the_asking_and_not_of_the_writing() -> None:
    ask = Prepared(
        lambda target: Pause.objects.filter(pk=target, until__gt=Now()).values_list("target"),
        models.CharField(),
    )
    pause = Pause.objects.create(target="host p", until=timezone.now() + timedelta(hours=1))
    assert ask("host p") == [("host p",)]
    Pause.objects.filter(pk=pause.pk).update(until=timezone.now() - timedelta(seconds=1))
    assert ask("host p") == []


def test_what_varies_beside_the_values_is_refused() -> None:
    ask = Prepared(lambda name: Connection.objects.filter(name=name, region="r").values_list("pk"), models.CharField())
    with pytest.raises(ValueError, match="'r' is none of the values"):
        ask("any")
