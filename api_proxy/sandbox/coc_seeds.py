"""What the sandbox's COC knows at the start: alarms, scripts, jobs and machines."""

from typing import Any

from .answers import DOMAIN_ID, PROJECT_ID, USER_ID, USER_NAME

REGION = "cn-north-4"
#: Of the 14 July 2025, in milliseconds.
_BEGIN_MS = 1_752_485_777_000

ALARM_IDS = ("ALM2025071417361705s6mUUrF", "ALM20250714174500a1B2c3D4", "ALM20250715080000Zz9Yy8Xx")


def alarm(given: dict[str, Any]) -> dict[str, Any]:
    """An alarm as it is shown, from the members given (at least id)."""
    return {
        "name": "CPU usage over 90 % on platform04",
        "importance": "urgent",
        "come_from": "AOM",
        "come_from_en": "AOM",
        "transfer_rule": None,
        "transfer_rule_name": None,
        "app": "platform",
        "status": "alarming",
        "owner": USER_ID,
        "owner_name": USER_NAME,
        "owner_alias": USER_NAME,
        "converge_count": 3,
        "associate_event_id": None,
        "domain_id": DOMAIN_ID,
        "creator": USER_ID,
        "creator_name": USER_NAME,
        "create_time": _BEGIN_MS,
        "update_time": _BEGIN_MS,
        "remarks": None,
        "region": REGION,
        "task_type": None,
        "associated_task_type": None,
        "associated_task_id": None,
        "associated_task_name": None,
        **given,
    }


def _parameter(order: int, name: str, value: str, description: str, sensitive: bool = False) -> dict[str, Any]:
    return {
        "param_name": name,
        "param_value": value,
        "param_description": description,
        "param_order": order,
        "sensitive": sensitive,
    }


def _script(number: int, uuid: str, name: str, risk: str, content: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": number,
        "script_uuid": uuid,
        "name": name,
        "type": "SHELL",
        "status": "APPROVED",
        "description": f"{name}, for trying things out",
        "content": content,
        "script_params": list(parameters),
        "enterprise_project_id": "0",
        "gmt_created": _BEGIN_MS,
        "gmt_modified": None,
        "creator": USER_NAME,
        "creator_id": USER_ID,
        "operator": None,
        "usage_count": 0,
        "properties": {"risk_level": risk, "version": "1.0.0", "reviewers": [], "protocol": None},
    }


def own_scripts() -> list[dict[str, Any]]:
    """Newest last; one waits for its approval, one has markup in its name, one a parameter nobody may read."""
    restart = _parameter(1, "service", "nginx", "which service")
    mode = _parameter(2, "mode", "graceful", "graceful or hard")
    password = _parameter(1, "db_password", "", "of the database", sensitive=True)
    scripts = [
        _script(6228, "SC202507042240130195716f7", "yy-ccc", "LOW", "echo $1", _parameter(1, "aaa", "1", "any")),
        _script(6229, "SC2025071006154101b779eb7", "testScript92DDf", "LOW", "uptime"),
        _script(6230, "SC20250711080000restart01", "restart_service", "HIGH", 'systemctl restart "$1"', restart, mode),
        _script(6231, "SC20250711080000markup001", "<b>clean</b> & tidy", "MEDIUM", "rm -rf /tmp/cache"),
        _script(6232, "SC20250711080000secret001", "rotate_password", "HIGH", "true", password),
        _script(6233, "SC20250711080000pending01", "not_approved_yet", "LOW", "true"),
    ]
    scripts[-1]["status"] = "PENDING_APPROVE"
    return scripts


def public_scripts() -> list[dict[str, Any]]:
    shared = [
        _script(11, "SC20231130111654023511657", "HWC.ECS.SystemCheck", "LOW", "df -h; free -m; uptime"),
        _script(12, "SC20231130111450026f7f8b2", "HWC.ECS.DiskClean", "MEDIUM", "journalctl --vacuum-size=100M"),
    ]
    listed = ("id", "script_uuid", "name", "type", "status", "gmt_created", "description", "properties")
    return [{name: script[name] for name in (*listed, "content", "script_params")} for script in shared]


def documents() -> list[dict[str, Any]]:
    """Jobs; the ids of one kind begin like those of the handling page's sample, the other like those of its own."""
    names = {"RB2025070814434301497f304": "listinstance", "DM20250701180231500a1b2c3d": "restart_and_watch"}
    return [
        {
            "id": number,
            "document_id": uuid,
            "name": name,
            "version": "v1",
            "creator": USER_NAME,
            "modifier": None,
            "create_time": _BEGIN_MS,
            "update_time": _BEGIN_MS,
            "enterprise_project_id": "0",
            "description": "",
            "risk_level": "LOW",
            "content": f"meta:\n  name: {name}\n  schemaVersion: 3\nsteps:\n  - name: {name}\n",
            "versions": [{"create_time": _BEGIN_MS, "version": "v1", "version_uuid": f"version-{number}"}],
        }
        for number, (uuid, name) in enumerate(names.items(), 123)
    ]


def resource(given: dict[str, Any]) -> dict[str, Any]:
    """An instance as a list shows it, from the members given (at least resource_id)."""
    resource_id = given["resource_id"]
    return {
        "id": f"cmdb-{resource_id}",
        "name": resource_id,
        "provider": "ecs",
        "type": "cloudservers",
        "region_id": REGION,
        "project_id": PROJECT_ID,
        "domain_id": DOMAIN_ID,
        "ep_id": "0",
        "agent_id": f"agent-{resource_id}",
        "agent_state": "ONLINE",
        "properties": {
            "addresses": [
                {
                    "OsExtIpsType": "fixed",
                    "OsExtIpsPortId": "055f2d75-f3fc-439a-8958-e7bc0b75cb9f",
                    "addr": "192.168.0.50",
                    "version": 4,
                    "OsExtIpsMacAddr": "fa:16:3e:fa:52:84",
                    "primary": True,
                }
            ],
            "metadata": {"osType": "Linux"},
            "OsExtAz": "cn-north-4a",
            "status": "ACTIVE",
        },
        **given,
    }


def resources() -> list[dict[str, Any]]:
    """Twelve servers, the last one without a living agent."""
    servers = [
        resource({"resource_id": f"5e0f4a1c-0000-4000-8000-{number:012}", "name": f"platform{number:02}"})
        for number in range(1, 13)
    ]
    servers[-1]["agent_state"] = "OFFLINE"
    return servers
