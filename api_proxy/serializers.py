"""What bodies look like, for the description at /api/schema/. Reading is done by ``envelope.take`` and the models."""

from rest_framework import serializers

from api_proxy.credentials import Kind
from api_proxy.models import ABSENT, Submission

STATES = Submission.State.values


class ConnectionRequest(serializers.Serializer[object]):
    name = serializers.CharField(max_length=100)
    region = serializers.CharField(help_text='a region of the cloud, or "sandbox"')
    coc_region = serializers.CharField(
        required=False, allow_blank=True, help_text="where alarms are handled: a region of COC; empty for nowhere"
    )
    project_id = serializers.RegexField(r"^[0-9a-f]{32}$")
    enterprise_project_id = serializers.CharField(required=False, allow_blank=True)
    kind = serializers.ChoiceField(
        choices=Kind.values, required=False, help_text="another kind forgets the stored secrets"
    )
    iam_domain = serializers.CharField(max_length=64, required=False, help_text="account name; of the kind password")
    iam_user = serializers.CharField(max_length=64, required=False, help_text="of the kind password")
    password = serializers.CharField(required=False, write_only=True, help_text="kept where it is not sent")
    access_key = serializers.CharField(required=False, write_only=True, help_text="sent with all secrets of the kind")
    secret_key = serializers.CharField(required=False, write_only=True)
    security_token = serializers.CharField(required=False, write_only=True, help_text="of the kind temporary_keys")
    token = serializers.CharField(required=False, write_only=True, help_text="of the kind token")
    ends = serializers.DateTimeField(required=False, help_text="when a temporary key or a token ends, with its zone")


class ConnectionBody(serializers.Serializer[object]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    region = serializers.CharField()
    coc_region = serializers.CharField(allow_blank=True)
    project_id = serializers.CharField()
    enterprise_project_id = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(choices=Kind.values)
    iam_domain = serializers.CharField(allow_blank=True)
    iam_user = serializers.CharField(allow_blank=True)
    has_credentials = serializers.BooleanField()
    key_ending = serializers.CharField(allow_blank=True, help_text="the last four characters of the access key")
    fingerprint = serializers.CharField(allow_blank=True, help_text="start of the SHA-256 of a secret key or token")
    ends = serializers.DateTimeField(allow_null=True)
    clock_skew = serializers.FloatField(allow_null=True, help_text="seconds that the cloud's clock is ahead of ours")
    clock_is_off = serializers.BooleanField()
    created = serializers.DateTimeField()
    changed = serializers.DateTimeField()


class ConnectionList(serializers.Serializer[object]):
    count = serializers.IntegerField()
    results = ConnectionBody(many=True)


class UpstreamWords(serializers.Serializer[object]):
    status = serializers.IntegerField(allow_null=True, help_text="of the cloud's answer")
    error_code = serializers.CharField(allow_blank=True)
    error_msg = serializers.CharField(allow_blank=True)
    error_type = serializers.CharField(allow_blank=True)
    trace_id = serializers.CharField(allow_blank=True)


class TrialStep(serializers.Serializer[object]):
    step = serializers.CharField()
    ok = serializers.BooleanField(allow_null=True, help_text="null where it was not tried")
    detail = serializers.CharField()


class TrialBody(UpstreamWords):
    ok = serializers.BooleanField()
    detail = serializers.CharField()
    steps = TrialStep(many=True)


class NotificationRule(serializers.Serializer[object]):
    name = serializers.CharField(help_text="what a merge card names")
    desc = serializers.CharField(allow_blank=True)


class NotificationRuleList(serializers.Serializer[object]):
    count = serializers.IntegerField()
    results = NotificationRule(many=True)
    seen = serializers.DateTimeField(help_text="when the cloud was asked")
    age = serializers.IntegerField(help_text="seconds since then")


class GroupRuleList(serializers.Serializer[object]):
    count = serializers.IntegerField()
    results = serializers.ListField(child=serializers.DictField(), help_text="rules as the cloud shows them")


class SubmitRequest(serializers.Serializer[object]):
    connection = serializers.CharField(help_text="id or name")
    version = serializers.IntegerField()
    dry_run = serializers.BooleanField(required=False, default=False)
    expected = serializers.CharField(required=False, help_text="`before` of a dry run: refused where it changed since")


class SubmissionBody(UpstreamWords):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=STATES)
    operation = serializers.ChoiceField(choices=Submission.Operation.values)
    detail = serializers.CharField()
    dry_run = serializers.BooleanField()
    comparison = serializers.ChoiceField(choices=["", *Submission.Comparison.values], help_text="of a dry run")
    attempts = serializers.IntegerField(help_text="how often the rule was sent")
    before = serializers.CharField(help_text=f'fingerprint of the rule that was there before; "{ABSENT}" for none')
    rule = serializers.UUIDField()
    rule_name = serializers.CharField()
    version = serializers.IntegerField()
    digest = serializers.CharField(help_text="SHA-256 of the bytes that are sent")
    connection = serializers.UUIDField(allow_null=True)
    connection_name = serializers.CharField()
    region = serializers.CharField()
    project_id = serializers.CharField()
    author = serializers.CharField()
    created = serializers.DateTimeField()
    finished = serializers.DateTimeField(allow_null=True)


class SubmissionDetail(SubmissionBody):
    document = serializers.CharField(help_text="what is sent, byte by byte")
    overwritten = serializers.CharField(help_text="the rule that was there before, as JSON; empty for none")
    request = serializers.DictField(allow_null=True, help_text="of a dry run: method, url, headers without secrets")


class SubmissionList(serializers.Serializer[object]):
    count = serializers.IntegerField()
    results = SubmissionBody(many=True)
