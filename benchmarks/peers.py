"""What a user would take instead: a JSON Schema with networkx for the checks, a decision engine for the walk."""

import json
from collections.abc import Callable
from typing import Any

import networkx as nx
import zen
from jsonschema import Draft202012Validator

_TEXT = {"type": "string"}
_MATCH = {
    "type": "object",
    "required": ["key", "operate", "value"],
    "properties": {
        "key": {"type": "string", "minLength": 1},
        "operate": {"enum": ["EQUALS", "REGEX", "EXIST"]},
        "value": {"type": "array", "items": _TEXT},
    },
}
_WAITS = {
    "group_wait": {"type": "integer", "minimum": 0, "maximum": 600},
    "group_interval": {"type": "integer", "minimum": 5, "maximum": 1800},
    "group_repeat_waiting": {"type": "integer", "minimum": 0, "maximum": 1_296_000},
}
_CONFIG = {
    "type": "object",
    "required": [*_WAITS, "bind_notification_rule_ids"],
    "properties": {
        "group_by": {"type": "array", "items": _TEXT},
        "ai_group_by": {"type": "array", "items": {"enum": ["event_name", "alarm_info", "tag"]}},
        "bind_notification_rule_ids": {"type": "array", "items": _TEXT},
        **_WAITS,
    },
}
_TAIL = "[A-Za-z0-9_-]{8}$"
SCHEMA: Any = {
    "type": "object",
    "required": ["name", "match_v3"],
    "properties": {
        "name": {"type": "string", "pattern": "^[A-Za-z0-9]([A-Za-z0-9_]{0,98}[A-Za-z0-9])?$"},
        "desc": {"type": "string", "maxLength": 1024},
        "match_v3": {
            "type": "object",
            "required": ["nodes", "edges"],
            "properties": {
                "nodes": {"type": "array", "items": {"$ref": "#/$defs/node"}},
                "edges": {"type": "array", "items": {"$ref": "#/$defs/edge"}},
            },
        },
    },
    "$defs": {
        "node": {
            "type": "object",
            "required": ["id", "type"],
            "properties": {"id": {"pattern": f"^flow-{_TAIL}"}, "type": {"enum": ["Start", "Card", "End"]}},
            "allOf": [
                {
                    "if": {"properties": {"businessType": {"const": "GroupCondition"}}, "required": ["businessType"]},
                    "then": {"required": ["value"], "properties": {"value": {"$ref": "#/$defs/part"}}},
                },
                {
                    "if": {"properties": {"businessType": {"const": "CombineConf"}}, "required": ["businessType"]},
                    "then": {
                        "required": ["value"],
                        "properties": {"value": {"properties": {"combineConfig": _CONFIG}}},
                    },
                },
            ],
        },
        "edge": {
            "type": "object",
            "required": ["id", "source", "target"],
            "properties": {"id": {"pattern": f"^edge-{_TAIL}"}, "value": {"enum": ["true", "false"]}},
        },
        "part": {
            "type": "object",
            "required": ["id", "type"],
            "properties": {"id": {"pattern": f"^GroupCondition-{_TAIL}"}},
            "if": {"properties": {"type": {"const": "bool"}}},
            "then": {
                "required": ["value", "nodes"],
                "properties": {
                    "value": {"enum": ["and", "or"]},
                    "nodes": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/part"}},
                },
            },
            "else": {"required": ["match"], "properties": {"match": _MATCH}},
        },
    },
}


def schema_and_graph(raw: bytes) -> Callable[[], object]:
    """Checks ``raw`` by python-jsonschema (every error) and networkx: one Start and End, no cycle, all reachable."""
    validator = Draft202012Validator(SCHEMA)

    def work() -> object:
        document = json.loads(raw)
        return [*validator.iter_errors(document)], _graph_faults(document["match_v3"])

    return work


def _graph_faults(flow: Any) -> list[str]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(node["id"] for node in flow["nodes"])
    graph.add_edges_from((edge["source"], edge["target"]) for edge in flow["edges"])
    starts = [node["id"] for node in flow["nodes"] if node["type"] == "Start"]
    ends = [node["id"] for node in flow["nodes"] if node["type"] == "End"]
    faults = [] if len(starts) == 1 and len(ends) == 1 else ["start or end"]
    if not nx.is_directed_acyclic_graph(graph):
        faults.append("cycle")
    if len(nx.descendants(graph, starts[0])) != len(graph) - 1:
        faults.append("unreachable")
    return faults


def decision(document: Any) -> Any:
    """A flow as a decision of zen-engine: a switch for every condition card, an expression for every merge card."""
    nodes = [node for node in map(_jdm_node, document["match_v3"]["nodes"]) if node is not None]
    known = {node["id"] for node in nodes}
    edges = [_jdm_edge(edge) for edge in document["match_v3"]["edges"] if edge["target"] in known]
    content = {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}
    return zen.ZenEngine().create_decision(json.dumps(content))


def _jdm_node(node: Any) -> Any:
    place = {"id": node["id"], "name": node["id"], "position": {"x": 0, "y": 0}}
    if node["type"] == "Start":
        return {**place, "type": "inputNode"}
    if node.get("businessType") == "CombineConf":
        leaf = {"id": f"{node['id']}-leaf", "key": "leaf", "value": json.dumps(node["id"])}
        return {**place, "type": "expressionNode", "content": {"expressions": [leaf]}}
    if node.get("businessType") == "GroupCondition":
        statements = [
            {"id": f"{node['id']}-true", "condition": _expression(node["value"]), "isDefault": False},
            {"id": f"{node['id']}-false", "condition": "", "isDefault": True},
        ]
        return {**place, "type": "switchNode", "content": {"hitPolicy": "first", "statements": statements}}
    return None


def _jdm_edge(edge: Any) -> Any:
    handle = {"sourceHandle": f"{edge['source']}-{edge['value']}"} if "value" in edge else {}
    return {"id": edge["id"], "sourceId": edge["source"], "targetId": edge["target"], "type": "edge", **handle}


def _expression(part: Any) -> str:
    if part["type"] == "bool":
        return "(" + f" {part['value']} ".join(_expression(child) for child in part["nodes"]) + ")"
    match = part["match"]
    key = f"$root['{match['key']}']"
    if match["operate"] == "EXIST":
        return f"({key} != null)"
    if match["operate"] == "EQUALS":
        return f"({key} in {json.dumps(match['value'])})"
    return "(" + " or ".join(f"({key} != null and matches({key}, {json.dumps(p)}))" for p in match["value"]) + ")"
