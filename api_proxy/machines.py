"""Machines that a task runs on: as a request names them, as COC lists them, and what is no longer so about them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, NamedTuple, TypeGuard

from api_proxy.transport import plain
from editor.flow.say import Said, mark, say


class Machine(NamedTuple):
    """One machine: as a request names it, or as COC lists it."""

    resource_id: str
    name: str
    region: str
    agent: str
    agent_state: str
    provider: str
    kind: str


class Difference(NamedTuple):
    """What is no longer so about a machine: ``what`` is "machine" (it is gone), "region", "agent" or "agent_state"."""

    machine: Machine
    what: str
    shown: str
    now: str

    @property
    def sentence(self) -> Said:
        params = {"name": self.machine.name, "id": self.machine.resource_id, "shown": self.shown, "now": self.now}
        return say(_DIFFERENT[self.what], **params)


_DIFFERENT: Mapping[str, str] = {
    "machine": mark("{name} ({id}) is not there any more."),
    "region": mark("{name} ({id}) was in the region {shown} and is in {now} now."),
    "agent": mark("{name} ({id}) had the agent {shown} and has {now} now."),
    "agent_state": mark("The agent of {name} ({id}) was {shown} and is {now} now."),
}


def are_machines(given: object) -> TypeGuard[list[dict[str, Any]]]:
    """Whether ``given`` is a list of machines as a request names them."""
    if not isinstance(given, list):
        return False
    return all(
        isinstance(each, dict) and isinstance(each.get("resourceId"), str) and each["resourceId"] for each in given
    )


def named_machine(given: Mapping[str, Any]) -> Machine:
    """A machine as a request names it."""
    properties = given.get("properties")
    host = properties.get("hostName") if isinstance(properties, Mapping) else None
    values = (
        given["resourceId"],
        host or given["resourceId"],
        given.get("regionId"),
        given.get("agentSn"),
        given.get("agentStatus"),
        str(given.get("provider") or "ecs").lower(),
        str(given.get("type") or "cloudservers").lower(),
    )
    return Machine(*(plain(str(value or "")) for value in values))


def listed_machine(record: Mapping[str, Any]) -> Machine:
    """A machine as COC lists it."""
    names = ("resource_id", "name", "region_id", "agent_id", "agent_state", "provider", "type")
    return Machine(*(plain(str(record.get(name) or "")) for name in names))


def machines_digest(machines: Iterable[Machine]) -> str:
    """What tells whether machines are still as somebody saw them; their order says nothing."""
    return sha256(json.dumps(sorted(machines)).encode()).hexdigest()


def differences(shown: Iterable[Machine], now: Mapping[str, Machine]) -> list[Difference]:
    """In what the machines of a request differ from what COC lists, by resource id. What a request leaves open differs
    from nothing."""
    return [found for machine in shown for found in _compared(machine, now.get(machine.resource_id))]


def _compared(shown: Machine, now: Machine | None) -> Iterator[Difference]:
    if now is None:
        yield Difference(shown, "machine", shown.resource_id, "")
        return
    for what in ("region", "agent", "agent_state"):
        before, after = getattr(shown, what), getattr(now, what)
        if before and before != after:
            yield Difference(now, what, before, after)


def target_instance(record: Mapping[str, Any]) -> dict[str, Any]:
    """A listed machine in the form in which a request names those to run on."""
    properties = _properties(record)
    return {
        "resourceId": record.get("resource_id"),
        "regionId": record.get("region_id"),
        "provider": str(record.get("provider") or "").upper(),
        "type": str(record.get("type") or "").upper(),
        "agentSn": record.get("agent_id"),
        "agentStatus": record.get("agent_state"),
        "nodeId": "",
        "enterpriseProjectId": record.get("ep_id"),
        "properties": {
            "hostName": record.get("name"),
            "fixedIp": _fixed_ip(properties),
            "regionId": record.get("region_id"),
            "zoneId": properties.get("OsExtAz"),
            "projectId": record.get("project_id"),
        },
    }


def cmdb_instance(record: Mapping[str, Any]) -> dict[str, Any]:
    """A listed machine in the form in which a request describes it."""
    return {
        "id": record.get("id"),
        "resourceId": record.get("resource_id"),
        "name": record.get("name"),
        "projectId": record.get("project_id"),
        "domainId": record.get("domain_id"),
        "regionId": record.get("region_id"),
        "agentId": record.get("agent_id"),
        "agentState": record.get("agent_state"),
        "provider": record.get("provider"),
        "enterpriseProjectId": record.get("ep_id"),
        "type": record.get("type"),
        "properties": _properties(record),
    }


def _properties(record: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = record.get("properties")
    return properties if isinstance(properties, Mapping) else {}


def _fixed_ip(properties: Mapping[str, Any]) -> str | None:
    addresses = properties.get("addresses")
    known = [one for one in addresses if isinstance(one, Mapping)] if isinstance(addresses, list) else []
    return next((one.get("addr") for one in known if one.get("OsExtIpsType") == "fixed"), None)
