"""What bodies about rules over there look like, for the description at /api/schema/."""

from rest_framework import serializers

from api_proxy.importing import CHOICES, OUTCOMES
from api_proxy.models import Removal
from api_proxy.serializers import UpstreamWords
from api_proxy.standing import STATES


class Aged(serializers.Serializer[object]):
    seen = serializers.DateTimeField(allow_null=True, help_text="when it was so; null where nobody has looked")
    age = serializers.IntegerField(allow_null=True, help_text="seconds since then")


class StandingBody(Aged):
    connection = serializers.UUIDField()
    connection_name = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    rule = serializers.UUIDField(allow_null=True, help_text="null where nobody here knows it")
    state = serializers.CharField(help_text=f"one of: {', '.join(STATES)}")
    is_drift = serializers.BooleanField(help_text="what lives there is not what was put or found there last")
    detail = serializers.CharField()
    version = serializers.IntegerField(allow_null=True, help_text="the version that says what lives there")
    settled = serializers.IntegerField(allow_null=True, help_text="the version that was put or found there last")
    newest = serializers.IntegerField(allow_null=True)
    members = serializers.ListField(child=serializers.CharField(), help_text="in what it differs")
    fingerprint = serializers.CharField(allow_blank=True, help_text="of what lives there")
    updated = serializers.DateTimeField(allow_null=True, help_text="when it was changed there last")


class RuleDrift(serializers.Serializer[object]):
    drift = serializers.BooleanField()
    count = serializers.IntegerField()
    results = StandingBody(many=True)


class ConnectionDrift(Aged):
    connection = serializers.UUIDField()
    connection_name = serializers.CharField()
    count = serializers.IntegerField(allow_null=True, help_text="rules over there")
    limit = serializers.IntegerField(help_text="the most that the service takes")
    failure = serializers.CharField(allow_blank=True, help_text="why the last try to look failed")
    drift = serializers.BooleanField()
    detail = serializers.CharField(allow_blank=True)
    results = StandingBody(many=True)


class ImportRequest(serializers.Serializer[object]):
    names = serializers.ListField(child=serializers.CharField(), allow_empty=False)
    taken = serializers.ChoiceField(choices=CHOICES, required=False, help_text="of a name that is taken here")


class ImportedBody(serializers.Serializer[object]):
    name = serializers.CharField()
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    detail = serializers.CharField()
    rule = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField(allow_null=True, help_text="the version that says what lives there")


class ImportAnswer(serializers.Serializer[object]):
    count = serializers.IntegerField()
    results = ImportedBody(many=True)


class RemovalBody(UpstreamWords):
    id = serializers.UUIDField()
    name = serializers.CharField()
    connection = serializers.UUIDField(allow_null=True)
    connection_name = serializers.CharField()
    state = serializers.CharField(help_text=f"one of: {', '.join(Removal.State.values)}")
    detail = serializers.CharField(allow_blank=True)
    fingerprint = serializers.CharField()
    document = serializers.CharField(help_text="the rule that was removed, as it lived there")
    author = serializers.CharField()
    created = serializers.DateTimeField()
    finished = serializers.DateTimeField(allow_null=True)


class RemovalList(serializers.Serializer[object]):
    count = serializers.IntegerField()
    results = RemovalBody(many=True)
