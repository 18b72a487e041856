"""IAM: a user name and password become a token for one project."""

from dataclasses import dataclass
from datetime import datetime

from api_proxy.refusal import Declined, read_refusal
from api_proxy.secret import Secret
from api_proxy.transport import AT_ONCE, READS_ONLY, RESUMES, BadAnswer, Request, Response
from editor.flow.say import Said, mark, say

#: Seconds a token is used for when IAM does not say how long it lives.
DEFAULT_LIFE = 600.0


@dataclass(frozen=True)
class Login:
    """An IAM user, and the project the token is for."""

    iam: str
    domain: str
    user: str
    password: Secret
    project_id: str


def token_request(login: Login) -> Request:
    """The request that IAM answers with a token. Others wait for their turn meanwhile, so it waits for nobody."""
    user = {"name": login.user, "password": login.password.reveal(), "domain": {"name": login.domain}}
    identity = {"methods": ["password"], "password": {"user": user}}
    body = {"auth": {"identity": identity, "scope": {"project": {"id": login.project_id}}}}
    url = f"{login.iam}/v3/auth/tokens?nocatalog=true"
    return Request("POST", url, json=body, extensions={READS_ONLY: True, AT_ONCE: True})


def read_token(response: Response, login: Login) -> tuple[Secret, float]:
    """The token and the seconds it lives. Raises Declined where IAM refuses, BadAnswer where the token is missing."""
    if response.status_code != 201:
        refusal = read_refusal(response, [login.password.reveal()])
        shown = {"refusal": refusal.text, "advice": _mend(response)}
        raise Declined(say("IAM did not sign the user in: {refusal}. {advice}", **shown), refusal)
    token = response.headers.get("X-Subject-Token", "")
    if not token:
        raise BadAnswer(say("IAM answered without a token."), applied=False, status=response.status_code)
    return Secret(token), _life(response)


def _mend(response: Response) -> Said:
    status = response.status_code
    if RESUMES in response.extensions:
        text = mark("It is asked too often and takes calls again at {time}; try again then.")
        return say(text, time=response.extensions[RESUMES])
    if status in (400, 401):
        return say("Check the account name, the IAM user and the password of the connection; it must be an IAM user.")
    if status in (403, 404):
        return say("Check the project id, and that the IAM user may use it.")
    return say("Try again shortly.")


def _life(response: Response) -> float:
    """By IAM's own two clock readings, so that a wrong clock here does no harm."""
    try:
        token = response.json()["token"]
        expires, issued = (datetime.fromisoformat(token[name]) for name in ("expires_at", "issued_at"))
        return (expires - issued).total_seconds()
    except (ValueError, KeyError, TypeError, RecursionError):
        return DEFAULT_LIFE
