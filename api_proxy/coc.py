"""COC over a client that is signed in: alarms and what was run because of them, and what can be run.

Running a task is a POST that cannot be taken back and has no key by which the service would know it again: it goes out
once, and only a 200 whose body says "200" counts as done.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple
from urllib.parse import quote

from api_proxy.refusal import Declined, Refusal, passable_json, read_refusal, trace_id
from api_proxy.transport import RESUMES, BadAnswer, Client, NoAnswer, Response, Unreached, UpstreamError, plain
from editor.flow.say import Said, mark, say

Outcome = Literal["done", "rejected", "unclear"]
Json = dict[str, Any]
Query = Sequence[tuple[str, str]]

ALARM_ID: Final = re.compile(r"ALM[0-9A-Za-z]{1,23}")
#: Ids that stand in a path: of scripts, jobs and work orders.
TASK_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,64}")
#: Statuses that say by themselves that nothing was begun; any other 4xx has to say so with a code of its own.
PLAIN_NO: Final = frozenset({300, 301, 302, 303, 307, 308, 401, 403, 404, 405, 406, 411, 413, 414, 415, 429, 431})
#: How services name their errors; a bare "500" in a body names nothing.
_OWN_CODE: Final = re.compile(r"(?:COC|common|APIGW?|IAM)\.\d{4,}")
#: The service's word for a failure of its own, which says nothing of what it had done before.
INTERNAL_ERROR: Final = "COC.00040701"
MOST_PAGE: Final = 100
MOST_RESOURCES: Final = 500
MOST_HISTORIES: Final = 1000

_BY_STATUS: Mapping[int, str] = {
    400: mark("The message says what the service does not accept."),
    401: mark("Check the credentials of the connection."),
    403: mark("The credentials of the connection need the permission {permission}."),
    404: mark("Check the COC region of the connection, and the id."),
    413: mark("The request is too large for the service."),
    415: mark("The service does not take the form of the request: ask whoever runs Groupflow."),
}


@dataclass(frozen=True)
class Answer:
    """How a write ended; ``data`` is what the service gave back, ``sentence`` is for the user."""

    outcome: Outcome
    refusal: Refusal
    sentence: Said
    data: Any = None


class Page(NamedTuple):
    """Some of a list, how many there are in all (None where the service does not tell), and ``marker`` for the next
    page; empty on the last one."""

    items: list[Json]
    total: int | None
    marker: str


class Coc:
    """COC of one account. Every method raises UpstreamError where no usable answer came, ValueError for an id that
    cannot be one.

    ``origin`` is COC's address; ``shown`` is the header that stands for the credentials in a request that is shown.
    """

    def __init__(self, client: Client, origin: str, shown: Mapping[str, str]) -> None:
        self._client = client
        self._shown = shown
        self._base = f"{origin}/v1"
        self._headers = {"Content-Type": "application/json"}

    def described(self, alarm_id: str) -> Json:
        """A request that handles an alarm as it goes out, without its body, and a mask for what signs it in."""
        return {"method": "POST", "url": self._handling(alarm_id), "headers": {**self._headers, **self._shown}}

    def handle(self, alarm_id: str, body: bytes) -> Answer:
        """Run the task in ``body`` because of an alarm; ``data`` is the id of its work order."""
        response = self._client.post(self._handling(alarm_id), content=body, headers=self._headers)
        permission = "coc:instance:executeDocument"
        answer = _judged(response, permission)
        if answer.outcome != "done":
            return answer
        order = plain(answer.data)[:200] if isinstance(answer.data, str) else ""
        if not order:
            return Answer("unclear", answer.refusal, say("COC answered without the id of a work order."))
        return Answer("done", answer.refusal, say("COC started the work order {order}.", order=order), order)

    def alarm(self, alarm_id: str) -> Json:
        """One alarm as the service shows it."""
        return self._record(f"alarm-mgmt/alarm/{_alarm(alarm_id)}", "coc:alarm:get")

    def histories(self, alarm_id: str, offset: int = 0, limit: int = 100) -> Json:
        """What was run because of an alarm: ``count``, ``alarm_handle_histories`` and ``resolved_record``."""
        path = f"alarm-mgmt/alarm/{_alarm(alarm_id)}/handle-histories"
        query = _given(offset=str(offset), limit=str(limit))
        body = self._read(path, "coc:alarm:listHandleHistories", query)
        entries = body.get("alarm_handle_histories")
        return {**body, "alarm_handle_histories": [] if entries is None else _objects(entries)}

    def clear(self, alarm_ids: Sequence[str], remarks: str = "") -> Answer:
        """Mark alarms as dealt with; ``data`` is the list of their ids."""
        body = {"alarm_ids": ",".join(map(_alarm, alarm_ids)), **({"remarks": remarks} if remarks else {})}
        return self._write("alarm-mgmt/alarms/cancel", body, "coc:alarm:clear")

    def to_incident(self, incident: Mapping[str, Any]) -> Answer:
        """Make an incident ticket of the alarms in ``incident``, which is sent as it is."""
        return self._write("alarm-mgmt/alarms-linked-incident", incident, "coc:alarm:createAlarmLinkedIncident")

    def scripts(self, public: bool = False, search: str = "", marker: str = "", limit: int = MOST_PAGE) -> Page:
        """Scripts whose names begin like or hold ``search``, from behind ``marker`` on."""
        query = _given(limit=str(limit), name_like=search, marker=marker)
        body = self._read(f"job/{_kind(public)}", "coc:document:list", query)
        page = body.get("data")
        items = _objects(page.get("data") if isinstance(page, dict) else None)
        return Page(items, _total(page), str(items[-1].get("id", "")) if len(items) == limit else "")

    def script(self, script_uuid: str, public: bool = False) -> Json:
        """One script with its parameters."""
        return self._record(f"job/{_kind(public)}/{_task(script_uuid)}", "coc:document:get")

    def documents(self, search: str = "", offset: int = 0, limit: int = MOST_PAGE, public: bool = False) -> Page:
        """Jobs; the marker of the next page is its offset."""
        document_type = "PUBLIC" if public else "NORMAL"
        query = _given(limit=str(limit), offset=str(offset), document_type=document_type, name_like=search)
        body = self._read("documents", "coc:document:listDocument", query)
        items = _objects(body.get("data"))
        return Page(items, _total(body), str(offset + limit) if len(items) == limit else "")

    def document(self, document_id: str, public: bool = False) -> Json:
        """One job with its steps."""
        query = _given(document_type="PUBLIC" if public else "")
        return self._record(f"documents/{_task(document_id)}", "coc:document:getDocument", query)

    def resources(
        self,
        provider: str,
        kind: str,
        limit: int = MOST_PAGE,
        marker: str = "",
        search: str = "",
        ids: Sequence[str] = (),
        region: str = "",
    ) -> Page:
        """Instances of one kind, from behind ``marker`` on: those named like ``search``, or those of ``ids``."""
        query = _given(provider=provider, type=kind, limit=str(limit), marker=marker, name=search, region_id=region) + [
            ("resource_id_list", one) for one in ids
        ]
        items = _objects(self._read("resources", "coc:instance:listResources", query).get("data"))
        return Page(items, None, str(items[-1].get("id", "")) if len(items) == limit else "")

    def script_order(self, execute_uuid: str) -> Json:
        """How the work order of a script stands."""
        return self._record(f"job/script/orders/{_task(execute_uuid)}", "coc:job:get")

    def execution(self, execution_id: str) -> Json:
        """How the work order of a job stands."""
        return self._record(f"executions/{_task(execution_id)}", "coc:execution:get")

    def _handling(self, alarm_id: str) -> str:
        return f"{self._base}/alarm-mgmt/alarm/{_alarm(alarm_id)}/auto-process"

    def _record(self, path: str, permission: str, query: Query = ()) -> Json:
        return _objects([self._read(path, permission, query).get("data")])[0]

    def _read(self, path: str, permission: str, query: Query = ()) -> Json:
        response = self._client.get(f"{self._base}/{path}{_coded(query)}", headers=self._headers)
        body = _object(response) if response.status_code == 200 else {}
        if response.status_code != 200 or _says_no(body):
            refusal = read_refusal(response)
            shown = {"refusal": refusal.text, "advice": _advice(refusal, permission, response)}
            raise Declined(say("COC did not answer the question: {refusal}. {advice}", **shown), refusal)
        if not body:
            raise BadAnswer(say("COC answered with something that is no JSON object."), applied=False, status=200)
        return body

    def _write(self, path: str, body: Mapping[str, Any], permission: str) -> Answer:
        response = self._client.post(f"{self._base}/{path}", json=dict(body), headers=self._headers)
        return _judged(response, permission, is_coded=False)


class OneSilence(Coc):
    """For several alarms at once: where a question got no answer, no further one is asked."""

    _silence: UpstreamError | None = None

    def _read(self, path: str, permission: str, query: Query = ()) -> Json:
        if self._silence is not None:
            raise self._silence
        try:
            return super()._read(path, permission, query)
        except (NoAnswer, Unreached) as error:
            self._silence = error
            raise


def _judged(response: Response, permission: str, is_coded: bool = True) -> Answer:
    """How a write ended; with ``is_coded`` its success says so in the body too."""
    body = _object(response) if response.status_code == 200 else {}
    code = _code(body)
    if response.status_code == 200 and (code == "200" or (not is_coded and not code and "data" in body)):
        accepted = Refusal(200, trace_id=trace_id(response))
        return Answer("done", accepted, say("COC accepted it."), body.get("data"))
    refusal = read_refusal(response)
    if not is_refused(refusal):
        text = mark("COC answered {refusal}, which does not say whether anything was begun.")
        return Answer("unclear", refusal, say(text, refusal=refusal.text))
    advice = _advice(refusal, permission, response)
    return Answer("rejected", refusal, say("COC refused: {refusal}. {advice}", refusal=refusal.text, advice=advice))


def is_refused(refusal: Refusal) -> bool:
    """Whether an error answer to a write says for certain that nothing was begun."""
    if refusal.status in PLAIN_NO:
        return True
    own = bool(_OWN_CODE.fullmatch(refusal.code)) and refusal.code != INTERNAL_ERROR
    return own and (refusal.status == 200 or (400 <= refusal.status <= 499 and refusal.status != 408))


def _advice(refusal: Refusal, permission: str, response: Response) -> Said:
    if RESUMES in response.extensions:
        text = mark("It is asked too often and takes calls again at {time}; try again then.")
        return say(text, time=response.extensions[RESUMES])
    advice = _BY_STATUS.get(refusal.status, mark("The message says why."))
    return say(advice, permission=permission)


def _says_no(body: Json) -> bool:
    return _code(body) not in ("", "200", "COC.00000000")


def _code(body: Json) -> str:
    """What a body calls its code, in either spelling."""
    value = next((body[name] for name in ("errorCode", "error_code") if body.get(name) is not None), "")
    return str(value) if isinstance(value, str | int) else "?"


def _object(response: Response) -> Json:
    """The object in an answer; empty where it holds none."""
    try:
        value = passable_json(response.content)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> list[Json]:
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return value
    raise BadAnswer(say("COC answered in a form that is not the published one."), applied=False, status=200)


def _total(page: object) -> int | None:
    total = page.get("total") if isinstance(page, dict) else None
    return total if isinstance(total, int) else None


def _kind(public: bool) -> str:
    return "public-scripts" if public else "scripts"


def _given(**query: str) -> list[tuple[str, str]]:
    return [(name, value) for name, value in query.items() if value]


def _coded(query: Query) -> str:
    """A query string with every odd character coded, so that it reads, and is signed, in one way only."""
    pairs = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query)
    return f"?{pairs}" if pairs else ""


def _alarm(alarm_id: str) -> str:
    if not ALARM_ID.fullmatch(alarm_id):
        raise ValueError("An alarm id is ALM and 1 to 23 letters and digits.")
    return alarm_id


def _task(task_id: str) -> str:
    if not TASK_ID.fullmatch(task_id):
        raise ValueError("An id is 1 to 64 letters, digits, hyphens and underscores.")
    return task_id
