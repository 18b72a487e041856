"""AOM's rules over a client that is signed in: what is asked, what is written, and how the answers read."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from api_proxy.refusal import Declined, Refusal, passable_json, read_refusal, trace_id
from api_proxy.transport import RESUMES, BadAnswer, Client, NoAnswer, Outcome, Response, UpstreamError, outcome, plain
from editor.flow.limits import RULES_PER_PROJECT
from editor.flow.say import Said, mark, say

NO_SUCH_RULE_ON_UPDATE: Final = "AOM.08003002"
NO_SUCH_RULE_ON_DELETE: Final = "AOM.08002002"
NOT_SIGNED_IN: Final[Mapping[str, str]] = {}
_PROJECT_ID = re.compile(r"[0-9a-f]{32}")

_NOT_THERE: Final = mark("There is no rule of this name over there.")
_TAKEN: Final = mark("A rule of this name is there already, made in the meantime or in another enterprise project.")
_BY_CODE: Mapping[str, str] = {
    "AOM.08001300": mark("The project already has its {count} rules: remove one there."),
    "AOM.08001001": _TAKEN,
    NO_SUCH_RULE_ON_UPDATE: _NOT_THERE,
    NO_SUCH_RULE_ON_DELETE: _NOT_THERE,
}
_BY_STATUS: Mapping[int, str] = {
    400: mark("The message says what the service does not accept."),
    401: mark("Even a fresh token was refused: check the IAM user of the connection."),
    403: mark("Whoever the credentials of the connection belong to needs the permission {permission}."),
    404: mark("Check the region and the project id of the connection."),
    409: mark("The rule changed over there: compare with a dry run, then submit again."),
    413: mark("The rule is too large for the service."),
    415: mark("The service does not take the form of the request: check the region, and ask whoever runs Groupflow."),
}


@dataclass(frozen=True)
class Answer:
    """How a write ended: its status and, unless it succeeded, its error; ``sentence`` is for the user."""

    outcome: Outcome
    refusal: Refusal
    sentence: Said


class Aom:
    """The rules of one project. Every method raises UpstreamError where no usable answer came.

    ``origin`` is AOM's address, ``project_id`` 32 hex digits, ``enterprise_project_id`` empty for the default one;
    ``shown`` is the header that stands for the credentials in a request that is shown. ``silence`` is what keeps from
    writing once more: a write that got no answer in time.
    """

    silence: NoAnswer | None = None

    def __init__(
        self,
        client: Client,
        origin: str,
        project_id: str,
        enterprise_project_id: str = "",
        shown: Mapping[str, str] = NOT_SIGNED_IN,
    ) -> None:
        if not _PROJECT_ID.fullmatch(project_id):
            raise ValueError("A project id is 32 hex digits.")
        self._client = client
        self._shown = shown
        self._base = f"{origin}/v2/{project_id}/alert"
        self._headers = {"Content-Type": "application/json"}
        if enterprise_project_id:
            self._headers["Enterprise-Project-Id"] = enterprise_project_id

    def group_rules(self) -> list[dict[str, Any]]:
        """Every group rule of the enterprise project, as the service shows it."""
        return _objects(_json(self._read_group_rules()), say("group rules"))

    def group_rule_texts(self) -> list[str]:
        """The same rules, each as the text that came: what reading it would lose is still in there."""
        content = self._read_group_rules()
        _objects(_json(content), say("group rules"))
        return _items(content.decode(json.detect_encoding(content)))

    def described(self, method: str) -> dict[str, Any]:
        """A write of a rule as it goes out, without its body, and a mask for what signs it in."""
        return {"method": method, "url": f"{self._base}/group-rules", "headers": {**self._headers, **self._shown}}

    def update_group_rule(self, document: bytes) -> Answer:
        """Replace the rule of the name in ``document``, which is sent byte by byte."""
        return self._write("PUT", document, "aom:routeGroupRule:update")

    def create_group_rule(self, document: bytes) -> Answer:
        """Make the rule in ``document``, which is sent byte by byte."""
        return self._write("POST", document, "aom:routeGroupRule:create")

    def delete_group_rules(self, names: Sequence[str]) -> Answer:
        """Remove the rules of these names."""
        return self._write("DELETE", json.dumps(list(names)).encode(), "aom:routeGroupRule:delete")

    def action_rules(self) -> list[dict[str, Any]]:
        """Every action rule (a "notification rule") of the project; ``rule_name`` is what a merge card names."""
        body = _json(self._read("action-rules", "aom:actionRule:list"))
        return _objects(body.get("action_rules") if isinstance(body, dict) else None, say("action rules"))

    def _read_group_rules(self) -> bytes:
        return self._read("group-rules", "aom:routeGroupRule:list")

    def _read(self, resource: str, permission: str) -> bytes:
        response = self._client.get(f"{self._base}/{resource}", headers=self._headers)
        if response.status_code != 200:
            refusal = read_refusal(response)
            shown = {"refusal": refusal.text, "advice": _advice(refusal, permission, response)}
            raise Declined(say("AOM did not answer the question: {refusal}. {advice}", **shown), refusal)
        return response.content

    def _write(self, method: str, content: bytes, permission: str) -> Answer:
        response = self._client.request(method, f"{self._base}/group-rules", content=content, headers=self._headers)
        result = outcome(response.status_code)
        if result == "succeeded":
            accepted = Refusal(response.status_code, trace_id=trace_id(response))
            return Answer(result, accepted, say("AOM accepted it."))
        refusal = read_refusal(response)
        return Answer(result, refusal, _sentence(result, refusal, response, permission))


class OneLook(Aom):
    """For several rules at once: what a look found, or failed for, counts until something is written; and where one
    write hangs, the others would."""

    _found: bytes | UpstreamError | None = None

    def _read_group_rules(self) -> bytes:
        if self._found is None:
            try:
                self._found = super()._read_group_rules()
            except UpstreamError as error:
                self._found = error
        if isinstance(self._found, UpstreamError):
            raise self._found
        return self._found

    def _write(self, method: str, content: bytes, permission: str) -> Answer:
        self._found = None
        try:
            return super()._write(method, content, permission)
        except NoAnswer as error:
            if not error.is_passing:
                self.silence = error
            raise


def _sentence(result: Outcome, refusal: Refusal, response: Response, permission: str) -> Said:
    if result == "unknown":
        return say("AOM answered {refusal}, which does not say whether the rule was changed.", refusal=refusal.text)
    if response.has_redirect_location:
        host = plain(_host(response.headers["Location"])) or say("another place")
        text = mark("AOM pointed to {host} ({status}), and redirects are not followed: check the region.")
        return say(text, host=host, status=refusal.status)
    return say("AOM refused: {refusal}. {advice}", refusal=refusal.text, advice=_advice(refusal, permission, response))


def _advice(refusal: Refusal, permission: str, response: Response) -> Said:
    if RESUMES in response.extensions:
        text = mark("It is asked too often and takes calls again at {time}; submit then.")
        return say(text, time=response.extensions[RESUMES])
    advice = _BY_CODE.get(refusal.code) or _BY_STATUS.get(refusal.status, mark("Try again shortly."))
    return say(advice, permission=permission, count=RULES_PER_PROJECT)


def _host(location: str) -> str:
    try:
        return urlsplit(location).hostname or ""
    except ValueError:
        return ""


def _json(content: bytes) -> object:
    try:
        return passable_json(content)
    except ValueError:
        raise BadAnswer(say("AOM answered with something that is no JSON."), applied=False, status=200) from None


def _items(text: str) -> list[str]:
    """The items of a sound JSON array, each as it is written."""
    decoder, found = json.JSONDecoder(), []
    at = _behind(text, text.index("[") + 1)
    while text[at] != "]":
        _, end = decoder.raw_decode(text, at)
        found.append(text[at:end])
        at = _behind(text, end)
        at = _behind(text, at + 1) if text[at] == "," else at
    return found


def _behind(text: str, at: int) -> int:
    """The next place from ``at`` on where no blank stands."""
    while text[at] in " \t\r\n":
        at += 1
    return at


def _objects(value: object, what: str) -> list[dict[str, Any]]:
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return value
    sentence = say("AOM answered with something that is no list of {what}.", what=what)
    raise BadAnswer(sentence, applied=False, status=200)
