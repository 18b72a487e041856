"""What the tests of rules over there share: rules that live there, and what the cloud was asked."""

import json
from typing import Any

from api_proxy.cloud import opened
from api_proxy.comparing import ADDED_OVER_THERE
from api_proxy.models import Connection
from api_proxy.sandbox import PROJECT_ID, Sandbox
from tests.conftest import DOCUMENTS

PATH = f"/v2/{PROJECT_ID}/alert/group-rules"
LIST = {"path": PATH, "method": "GET"}


def upstream(name: str) -> Any:
    """One of the vendor's own samples."""
    return json.loads((DOCUMENTS / "upstream" / f"{name}.json").read_text())


def live(connection: Connection) -> dict[str, Any]:
    """What lives there now, by name, as its authors wrote it."""
    with opened(connection) as aom:
        rules = aom.group_rules()
    return {rule["name"]: {key: rule[key] for key in rule if key not in ADDED_OVER_THERE} for rule in rules}


def put_there(cloud: Sandbox, *rules: Any) -> None:
    """Let these rules live there beside those that do; earlier requests are forgotten."""
    cloud.reset(keep_rules=True, group_rules=list(rules))


def writes(cloud: Sandbox) -> list[str]:
    """The methods of all requests that would change rules, oldest first."""
    return [entry["method"] for entry in cloud.requests() if entry["path"] == PATH and entry["method"] != "GET"]
