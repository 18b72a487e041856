"""What bodies look like, for the description at /api/schema/; ``envelope.take`` and ``editor.flow`` do the reading."""

from rest_framework import serializers


class FindingBody(serializers.Serializer[object]):
    code = serializers.CharField()
    severity = serializers.ChoiceField(choices=["error", "warning", "info"])
    message = serializers.CharField()
    hint = serializers.CharField()
    pointer = serializers.CharField(help_text="JSON Pointer into the document")
    nodes = serializers.ListField(child=serializers.CharField())
    edges = serializers.ListField(child=serializers.CharField())


class ProblemBody(serializers.Serializer[object]):
    """RFC 9457, application/problem+json."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    findings = FindingBody(many=True, required=False)


class CheckedFile(serializers.Serializer[object]):
    file = serializers.CharField()
    valid = serializers.BooleanField()
    findings = FindingBody(many=True)


class CheckAnswer(serializers.Serializer[object]):
    valid = serializers.BooleanField()
    findings = FindingBody(many=True)
    results = CheckedFile(many=True)


class SimulateRequest(serializers.Serializer[object]):
    rule = serializers.DictField(help_text="a rule document")
    alarms = serializers.ListField(child=serializers.DictField())


class SimulateAnswer(serializers.Serializer[object]):
    results = serializers.ListField(child=serializers.DictField())


class RuleRequest(serializers.Serializer[object]):
    document = serializers.DictField(help_text="the rule document, kept exactly as it is")
    layout = serializers.DictField(required=False, help_text='{"nodes": {id: {"x", "y"}}}')
    message = serializers.CharField(required=False)


class VersionSummary(serializers.Serializer[object]):
    version = serializers.IntegerField()
    digest = serializers.CharField()
    message = serializers.CharField()
    author = serializers.CharField()
    created = serializers.DateTimeField()


class RuleSummary(VersionSummary):
    id = serializers.UUIDField()
    name = serializers.CharField()


class RuleBody(RuleSummary):
    etag = serializers.CharField()
    document = serializers.DictField()
    layout = serializers.DictField()
    findings = FindingBody(many=True)


class RuleList(serializers.Serializer[object]):
    count = serializers.IntegerField()
    results = RuleSummary(many=True)


class VersionList(serializers.Serializer[object]):
    count = serializers.IntegerField()
    results = VersionSummary(many=True)
