"""What bodies look like, for the description at /api/schema/; ``envelope.take`` and ``editor.flow`` do the reading."""

from rest_framework import serializers

from editor.flow.limits import MESSAGE_LENGTH


class OperationBody(serializers.Serializer[object]):
    """An operation of a JSON Patch (RFC 6902)."""

    op = serializers.ChoiceField(choices=["test", "add", "replace", "remove"])
    path = serializers.CharField(help_text="JSON Pointer into the document")
    value = serializers.JSONField(required=False, help_text="absent where something is removed")


class FixBody(serializers.Serializer[object]):
    """A mend that is certain: the finding goes, and no error comes."""

    title = serializers.CharField(help_text="what it does, in words")
    patch = OperationBody(many=True)


class FindingBody(serializers.Serializer[object]):
    code = serializers.CharField()
    severity = serializers.ChoiceField(choices=["error", "warning", "info"])
    message = serializers.CharField()
    hint = serializers.CharField()
    pointer = serializers.CharField(help_text="JSON Pointer into the document")
    nodes = serializers.ListField(child=serializers.CharField())
    edges = serializers.ListField(child=serializers.CharField())
    fixes = FixBody(many=True, required=False, help_text="empty where no mend is certain; absent where none was sought")


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
    rule = serializers.DictField(help_text="a rule document, with a flow or of the legacy form")
    alarms = serializers.ListField(
        child=serializers.DictField(),
        help_text="published alarms, or maps of attributes; in place of the list an answer of ListEvents, a body of "
        "PushEvents or a webhook of Alertmanager",
    )
    assume = serializers.DictField(
        child=serializers.CharField(), required=False, help_text='assumptions to read the rule by: {"D7": "whole"}'
    )
    responses = serializers.DictField(
        required=False, help_text="{card id: [prepared response]}; each result tells those of its card, filled"
    )


class ConditionResult(serializers.Serializer[object]):
    id = serializers.CharField()
    key = serializers.CharField()
    operate = serializers.CharField()
    value = serializers.ListField(child=serializers.CharField())
    actual = serializers.CharField(allow_null=True, help_text="what the alarm has; null where it has nothing")
    result = serializers.BooleanField(allow_null=True, help_text="null where nobody can tell")


class StepBody(serializers.Serializer[object]):
    node = serializers.CharField()
    result = serializers.BooleanField(allow_null=True)
    conditions = ConditionResult(many=True)


class MissingBody(serializers.Serializer[object]):
    pointer = serializers.CharField(help_text="JSON Pointer into the response")
    attribute = serializers.CharField(help_text="what the alarm does not have")
    detail = serializers.CharField()


class FilledBody(serializers.Serializer[object]):
    id = serializers.CharField()
    title = serializers.CharField()
    form = serializers.DictField(allow_null=True, help_text="the response with the alarm's values in it")
    missing = MissingBody(many=True)


class WalkBody(serializers.Serializer[object]):
    """Where an alarm went, and why."""

    leaf = serializers.CharField(allow_null=True, help_text="the merge card that groups it; null when unrouted")
    path = serializers.ListField(child=serializers.CharField())
    steps = StepBody(many=True)
    notify = serializers.ListField(child=serializers.CharField(), allow_null=True)
    group_key = serializers.DictField(child=serializers.CharField(), allow_null=True)
    complete = serializers.BooleanField(help_text="false where the way broke off")
    estimate = serializers.BooleanField(help_text="true where the service merges by a manner of its own")
    assumptions = serializers.ListField(child=serializers.CharField(), help_text="what the answer rests on")
    responses = FilledBody(many=True, required=False)


class SimulateAnswer(serializers.Serializer[object]):
    results = WalkBody(many=True)
    alarms = serializers.ListField(
        child=serializers.DictField(), help_text="each alarm as it was read, in the published form"
    )


class ConvertRequest(serializers.Serializer[object]):
    rule = serializers.DictField(help_text="a rule document")
    to = serializers.CharField(help_text="match_v3, detail, mermaid, svg or terraform")
    layout = serializers.DictField(required=False, help_text='{"nodes": {id: {"x", "y"}}}')


class ConvertAnswer(serializers.Serializer[object]):
    text = serializers.CharField(help_text="the rule in that form")
    notes = serializers.ListField(child=serializers.CharField(), help_text="what the form says otherwise")


class RuleRequest(serializers.Serializer[object]):
    document = serializers.DictField(help_text="the rule document, kept exactly as it is")
    layout = serializers.DictField(required=False, help_text='{"nodes": {id: {"x", "y"}}}')
    message = serializers.CharField(required=False, max_length=MESSAGE_LENGTH)
    responses = serializers.DictField(
        required=False, help_text="{card id: [prepared response]}; those of the version before where left out"
    )


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
    responses = serializers.DictField()
    findings = FindingBody(many=True)


class RuleList(serializers.Serializer[object]):
    count = serializers.IntegerField()
    results = RuleSummary(many=True)


class ListedVersion(VersionSummary):
    has_new_responses = serializers.BooleanField(help_text="its prepared responses are others than before")


class VersionList(serializers.Serializer[object]):
    count = serializers.IntegerField()
    results = ListedVersion(many=True)


class ResolveRequest(serializers.Serializer[object]):
    alarm = serializers.DictField()
    card = serializers.CharField(required=False, help_text="a merge card; the one that groups the alarm if left out")
    version = serializers.IntegerField(required=False)


class ResolveAnswer(serializers.Serializer[object]):
    version = serializers.IntegerField()
    leaf = serializers.CharField(allow_null=True, help_text="the merge card that groups the alarm")
    complete = serializers.BooleanField()
    card = serializers.CharField(allow_null=True)
    responses = FilledBody(many=True)
