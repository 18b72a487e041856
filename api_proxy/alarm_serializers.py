"""What bodies about alarms look like, for the description at /api/schema/."""

from drf_spectacular.utils import PolymorphicProxySerializer, inline_serializer
from rest_framework import serializers

from api_proxy import handling_request as limits
from api_proxy.models import AlarmAction, AlarmDeed
from api_proxy.serializers import UpstreamWords
from editor.api.serializers import FilledBody

_OBJECT = serializers.DictField
STATES = AlarmAction.State.values
SETTLEMENTS = AlarmAction.Settlement.values
DEED_STATES = AlarmDeed.State.values
DEEDS = AlarmDeed.Kind.values


class SubTaskInfo(serializers.Serializer[object]):
    sub_task_type = serializers.ChoiceField(choices=limits.TASK_TYPES, required=False)
    sub_associated_task_id = serializers.CharField(required=False, max_length=100)
    sub_associated_task_name = serializers.CharField(required=False, max_length=255)
    sub_associated_task_type = serializers.ChoiceField(choices=limits.SOURCES, required=False)


class ScheduleInstance(serializers.Serializer[object]):
    target_selection = serializers.ChoiceField(choices=limits.SELECTIONS)
    target_instances = serializers.JSONField(
        required=False,
        help_text='an object {"batches": [{"batchIndex", "rotationStrategy", "targetInstances", "cmdbInstances"}], '
        '"policy", "all_rotation"}, its JSON text, or null; a text of at most 4,096 characters',
    )
    order_no = serializers.IntegerField(min_value=0, max_value=limits.ORDER_MOST)
    batch_strategy = serializers.ChoiceField(choices=limits.STRATEGIES, required=False, allow_null=True)
    sub_target_instances = serializers.ListField(
        child=_OBJECT(), required=False, allow_null=True, help_text="of the same form; at most 10,000"
    )


class HandleRequest(serializers.Serializer[object]):
    connection = serializers.CharField(help_text="id or name")
    task_type = serializers.ChoiceField(choices=limits.TASK_TYPES)
    associated_task_type = serializers.ChoiceField(choices=limits.SOURCES, help_text="own or public")
    associated_task_id = serializers.CharField(min_length=3, max_length=100)
    associated_task_name = serializers.CharField(max_length=255, allow_blank=True)
    associated_task_enterprise_project_id = serializers.CharField(max_length=1000, required=False, allow_null=True)
    input_param = _OBJECT(
        help_text="texts and numbers; lists and objects go out as JSON text. timeout 5..1800, success_rate 1..100, "
        "execute_user 1..32 characters, script_params a list of {paramName, paramValue, paramOrder}"
    )
    target_instances = ScheduleInstance(many=True, required=False, allow_null=True)
    runbook_instance_mode = serializers.ChoiceField(choices=limits.MODES, required=False, allow_null=True)
    sub_task_info = SubTaskInfo(required=False, allow_null=True)
    region_id = serializers.CharField(max_length=64, required=False, allow_null=True)
    reason = serializers.CharField(max_length=500, required=False, help_text="to run what was run before once more")
    dry_run = serializers.BooleanField(required=False, default=False)
    confirmed_machines = serializers.IntegerField(
        required=False, help_text="the number of machines; asked for where it is more than one"
    )
    machines_seen = serializers.CharField(
        required=False, help_text="`machines_seen` of a dry run: refused where a machine changed since"
    )
    sensitive = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="names of parameters whose values are not kept"
    )


class EarlierRun(serializers.Serializer[object]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=STATES)
    detail = serializers.CharField()
    task_type = serializers.ChoiceField(choices=limits.TASK_TYPES)
    task_id = serializers.CharField()
    task_name = serializers.CharField(allow_blank=True)
    work_order = serializers.CharField(allow_blank=True)
    author = serializers.CharField()
    created = serializers.DateTimeField()


class AlarmRecord(serializers.Serializer[object]):
    work_order = serializers.CharField(allow_blank=True)
    task_type = serializers.CharField(allow_blank=True)
    task_id = serializers.CharField(allow_blank=True)
    task_name = serializers.CharField(allow_blank=True)
    status = serializers.CharField(allow_blank=True, help_text="as COC calls it")
    by = serializers.CharField(allow_blank=True)
    start_time = serializers.IntegerField(allow_null=True, help_text="in milliseconds since 1970")
    end_time = serializers.IntegerField(allow_null=True)
    duration = serializers.IntegerField(allow_null=True)


class ShownRequest(serializers.Serializer[object]):
    method = serializers.CharField()
    url = serializers.CharField()
    headers = _OBJECT(help_text="without what signs them in")
    body = _OBJECT(help_text="secret values masked")


class Rehearsal(serializers.Serializer[object]):
    dry_run = serializers.BooleanField(help_text="true")
    state = serializers.ChoiceField(choices=STATES, help_text="prepared")
    detail = serializers.CharField()
    summary = serializers.CharField(help_text="what would happen, in a sentence or two")
    request = ShownRequest()
    machines = serializers.IntegerField(allow_null=True, help_text="null where COC selects them")
    machine_names = serializers.ListField(child=serializers.CharField(), help_text="the first fifty")
    batches = serializers.IntegerField()
    machines_seen = serializers.CharField(help_text="send it back, so that nothing runs on machines that changed")
    needs_confirmation = serializers.BooleanField(help_text="confirmed_machines is needed")
    needs_reason = serializers.BooleanField(help_text="reason is needed")
    earlier = EarlierRun(allow_null=True)
    records = AlarmRecord(many=True, allow_null=True, help_text="of the alarm; null where they may not be read")


class Settled(serializers.Serializer[object]):
    outcome = serializers.ChoiceField(choices=SETTLEMENTS)
    by = serializers.CharField()
    at = serializers.DateTimeField()
    note = serializers.CharField(allow_blank=True)


class AlarmActionBody(UpstreamWords):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=STATES)
    detail = serializers.CharField()
    dry_run = serializers.BooleanField(help_text="false")
    alarm_id = serializers.CharField()
    task_type = serializers.ChoiceField(choices=limits.TASK_TYPES)
    task_source = serializers.ChoiceField(choices=limits.SOURCES)
    task_id = serializers.CharField()
    task_name = serializers.CharField(allow_blank=True)
    summary = serializers.CharField()
    machines = serializers.IntegerField(allow_null=True)
    batches = serializers.IntegerField()
    reason = serializers.CharField(allow_blank=True)
    work_order = serializers.CharField(allow_blank=True)
    order_state = serializers.CharField(allow_blank=True, help_text="as COC calls it")
    order_is_over = serializers.BooleanField()
    order_seen = serializers.DateTimeField(allow_null=True)
    settled = Settled(allow_null=True)
    connection = serializers.UUIDField(allow_null=True)
    connection_name = serializers.CharField()
    coc_region = serializers.CharField()
    author = serializers.CharField()
    created = serializers.DateTimeField()
    sent = serializers.DateTimeField(allow_null=True)
    finished = serializers.DateTimeField(allow_null=True)


class Evidence(serializers.Serializer[object]):
    read = serializers.DateTimeField(allow_null=True, help_text="when; null where the records could not be read")
    same_task = AlarmRecord(many=True, required=False, help_text="runs of this task that were not there before")
    new = serializers.IntegerField(required=False, help_text="how many records of any task were not there before")


class AlarmActionDetail(AlarmActionBody):
    url = serializers.CharField()
    request = _OBJECT(help_text="the body that was sent, secret values masked")
    machine_names = serializers.ListField(child=serializers.CharField())
    evidence = Evidence(allow_null=True)
    order_problem = serializers.CharField(allow_null=True, help_text="why the work order could not be looked at")


class AlarmActionList(serializers.Serializer[object]):
    count = serializers.IntegerField()
    results = AlarmActionBody(many=True)


class SettleRequest(serializers.Serializer[object]):
    outcome = serializers.ChoiceField(choices=SETTLEMENTS)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)
    work_order = serializers.CharField(max_length=64, required=False, help_text="with ran: to follow it")


class AlarmDeedBody(UpstreamWords):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=DEEDS)
    state = serializers.ChoiceField(choices=DEED_STATES)
    detail = serializers.CharField(allow_blank=True)
    alarm_id = serializers.CharField()
    request = _OBJECT(help_text="what was asked for")
    reason = serializers.CharField(allow_blank=True, help_text="why another incident was made")
    connection = serializers.UUIDField(allow_null=True)
    connection_name = serializers.CharField()
    coc_region = serializers.CharField()
    author = serializers.CharField()
    created = serializers.DateTimeField()
    finished = serializers.DateTimeField(allow_null=True)


class AlarmDeedList(serializers.Serializer[object]):
    count = serializers.IntegerField()
    results = AlarmDeedBody(many=True)


class AlarmBody(serializers.Serializer[object]):
    alarm = _OBJECT(help_text="as COC shows it")
    actions = AlarmActionBody(many=True, help_text="the last of what was run from here")
    deeds = AlarmDeedBody(many=True, help_text="who cleared it from here, or made an incident of it")


class AlarmCandidate(serializers.Serializer[object]):
    rule = serializers.UUIDField()
    rule_name = serializers.CharField()
    version = serializers.IntegerField()
    card = serializers.CharField()
    card_title = serializers.CharField()
    fits = serializers.BooleanField(help_text="the rule would group the alarm at this card")
    unknown = serializers.ListField(
        child=serializers.CharField(), help_text="what the rule reads on the way and COC does not tell"
    )
    response = FilledBody()


class AlarmResponses(serializers.Serializer[object]):
    attributes = serializers.DictField(help_text="of the alarm, as placeholders and rules see it")
    rules = serializers.IntegerField(help_text="so many rules with prepared responses were asked")
    results = AlarmCandidate(many=True)


class AlarmHistories(serializers.Serializer[object]):
    count = serializers.IntegerField()
    results = AlarmRecord(many=True)


class ClearRequest(serializers.Serializer[object]):
    connection = serializers.CharField(help_text="id or name")
    remarks = serializers.CharField(max_length=limits.REMARKS_LENGTH, required=False)


IncidentRequest = inline_serializer(
    "IncidentRequest",
    {
        "connection": serializers.CharField(help_text="id or name"),
        "level_id": serializers.ChoiceField(choices=limits.INCIDENT_LEVELS),
        **{
            name: serializers.CharField(min_length=least, max_length=most, required=name in limits.INCIDENT_REQUIRED)
            for name, (least, most) in limits.INCIDENT_TEXTS.items()
        },
        **{name: serializers.BooleanField(required=name in limits.INCIDENT_REQUIRED) for name in limits.INCIDENT_FLAGS},
        "reason": serializers.CharField(max_length=500, required=False, help_text="to make another incident"),
    },
)


class AlarmDone(AlarmDeedBody):
    alarm_ids = serializers.ListField(child=serializers.CharField())


class Script(serializers.Serializer[object]):
    uuid = serializers.CharField()
    name = serializers.CharField()
    type = serializers.CharField(allow_blank=True)
    status = serializers.CharField(allow_blank=True, help_text="only APPROVED can be run")
    risk_level = serializers.CharField(allow_blank=True)
    version = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    creator = serializers.CharField(allow_blank=True)


class ScriptParameter(serializers.Serializer[object]):
    name = serializers.CharField()
    value = serializers.CharField(allow_blank=True, help_text="the default; empty for a sensitive one")
    description = serializers.CharField(allow_blank=True)
    order = serializers.IntegerField(allow_null=True)
    sensitive = serializers.BooleanField()


class ScriptDetail(Script):
    content = serializers.CharField(help_text="text, never markup")
    parameters = ScriptParameter(many=True)


class ScriptList(serializers.Serializer[object]):
    results = Script(many=True)
    total = serializers.IntegerField(allow_null=True)
    marker = serializers.CharField(allow_blank=True, help_text="for the next page; empty on the last")


class Job(serializers.Serializer[object]):
    uuid = serializers.CharField()
    name = serializers.CharField()
    version = serializers.CharField(allow_blank=True)
    risk_level = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    creator = serializers.CharField(allow_blank=True)


class JobDetail(Job):
    content = serializers.CharField(help_text="YAML, as text")


class JobList(serializers.Serializer[object]):
    results = Job(many=True)
    total = serializers.IntegerField(allow_null=True)
    marker = serializers.CharField(allow_blank=True)


class Resource(serializers.Serializer[object]):
    resource_id = serializers.CharField()
    name = serializers.CharField()
    region = serializers.CharField(allow_blank=True)
    agent = serializers.CharField(allow_blank=True)
    agent_state = serializers.CharField(allow_blank=True)
    provider = serializers.CharField()
    kind = serializers.CharField()
    can_run = serializers.BooleanField(help_text="its agent is ONLINE")
    target_instance = _OBJECT(help_text="for targetInstances of a batch")
    cmdb_instance = _OBJECT(help_text="for cmdbInstances of a batch")


class ResourceList(serializers.Serializer[object]):
    results = Resource(many=True)
    marker = serializers.CharField(allow_blank=True)


HandleAnswer = PolymorphicProxySerializer(
    component_name="HandleAnswer", serializers=[AlarmActionDetail, Rehearsal], resource_type_field_name=None
)
