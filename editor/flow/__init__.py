"""What a rule is and means. Plain values in, plain values out: no Django, no network, no clock."""

from editor.flow.alarm import Alarm
from editor.flow.assumptions import ASSUMPTIONS, Dialect
from editor.flow.checks import check
from editor.flow.finding import Finding, is_valid
from editor.flow.reading import Unreadable, parse, read, read_document
from editor.flow.rule import Document, Flow, Json, Rule, canonical, digest
from editor.flow.walk import Step, Walk, Walker, walk

__all__ = [
    "ASSUMPTIONS",
    "Alarm",
    "Dialect",
    "Document",
    "Finding",
    "Flow",
    "Json",
    "Rule",
    "Step",
    "Unreadable",
    "Walk",
    "Walker",
    "canonical",
    "check",
    "digest",
    "is_valid",
    "parse",
    "read",
    "read_document",
    "walk",
]
