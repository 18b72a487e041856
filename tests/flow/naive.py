"""What a rule means, said a second time and as dully as possible: recursion over the bare documents.

Nothing of the editor is imported or copied, so that the two can only agree by being right, or by both misreading the
same sentence of the manual.
"""

import json
import re
from typing import Any, NamedTuple

OWN = {
    "event_name",
    "event_severity",
    "event_type",
    "resource_provider",
    "resource_type",
    "resource_id",
    "notification_scene",
}


class Outcome(NamedTuple):
    """Where an alarm went; ``seen`` is each condition on the way with the alarm's value and whether it held."""

    path: list[str]
    seen: list[tuple[str, str | None, bool]]
    leaf: str | None
    notify: list[str]
    group_key: list[tuple[str, str]] | None
    estimate: bool


def attributes(alarm: Any) -> dict[str, str]:
    found = {}
    for key, value in (alarm.get("metadata") or {}).items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if value is not None and text != "":
            found[key] = text
    if "notification_scene" not in found:
        found["notification_scene"] = "notify_resolved" if alarm.get("ends_at") else "notify_triggered"
    return found


def condition_holds(match: Any, actual: str | None) -> bool:
    if actual is None:
        return False
    if match["operate"] == "EXIST":
        return True
    if match["operate"] == "EQUALS":
        return actual in match["value"]
    return any(re.search(pattern, actual, re.ASCII) for pattern in match["value"])


def tree_holds(part: Any, found: dict[str, str], seen: list[tuple[str, str | None, bool]]) -> bool:
    if "match" in part:
        actual = found.get(part["match"]["key"])
        seen.append((part["match"]["key"], actual, condition_holds(part["match"], actual)))
        return seen[-1][2]
    results = [tree_holds(child, found, seen) for child in part["nodes"]]
    return all(results) if part["value"] == "and" else any(results)


def group_key(leaf: str, settings: Any, alarm: Any) -> list[tuple[str, str]]:
    found = attributes(alarm)
    key = [("card", leaf)]
    for member in settings.get("ai_group_by") or settings["group_by"]:
        if member == "tag":
            key += [(f"tag:{name}", found[name]) for name in sorted(found) if name not in OWN]
        elif member == "alarm_info":
            key.append((member, json.dumps(alarm.get("annotations") or {}, sort_keys=True, ensure_ascii=False)))
        else:
            key.append((member, found.get(member, "")))
    return key


def walk(document: Any, alarm: Any) -> Outcome:
    if "match_v3" not in document:
        return walk_entries(document, alarm)
    start = next(node["id"] for node in document["match_v3"]["nodes"] if node["type"] == "Start")
    return walk_from(start, document["match_v3"], alarm, Outcome([], [], None, [], None, False))


def walk_from(node_id: str, flow: Any, alarm: Any, so_far: Outcome) -> Outcome:
    node = next(node for node in flow["nodes"] if node["id"] == node_id)
    so_far = so_far._replace(path=[*so_far.path, node_id])
    exit = None
    if node.get("businessType") == "GroupCondition":
        seen: list[tuple[str, str | None, bool]] = []
        exit = "true" if tree_holds(node["value"], attributes(alarm), seen) else "false"
        so_far = so_far._replace(seen=so_far.seen + seen)
    if node.get("businessType") == "CombineConf":
        config = node["value"]["combineConfig"]
        so_far = grouped(node_id, config, config["bind_notification_rule_ids"], alarm, so_far)
    for edge in flow["edges"]:
        if edge["source"] == node_id and edge.get("value") == exit:
            return walk_from(edge["target"], flow, alarm, so_far)
    return so_far


def grouped(leaf: str, settings: Any, notify: list[str], alarm: Any, so_far: Outcome) -> Outcome:
    key = group_key(leaf, settings, alarm)
    return so_far._replace(leaf=leaf, notify=notify, group_key=key, estimate=bool(settings.get("ai_group_by")))


def walk_entries(document: Any, alarm: Any) -> Outcome:
    so_far = Outcome([], [], None, [], None, False)
    for i, entry in enumerate(document["detail"]):
        place = f"/detail/{i}"
        all_of = {"value": "and", "nodes": [{"match": match} for match in entry["match"]]}
        seen: list[tuple[str, str | None, bool]] = []
        holds = tree_holds(all_of, attributes(alarm), seen)
        so_far = so_far._replace(path=[*so_far.path, place], seen=so_far.seen + seen)
        if holds:
            return grouped(place, document, entry["bind_notification_rule_ids"], alarm, so_far)
    return so_far
