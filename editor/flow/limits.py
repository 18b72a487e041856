"""Every limit of a rule once, with its source.

``API page`` is the published description of the group-rule operations, ``user guide`` the vendor's manual, ``chosen``
a bound of ours where both are silent. The browser reads the same figures from ``static/src/model/limits.json``; a test
compares the two.
"""

import re
from typing import Final

CONDITION_CARDS: Final = 10  # API page: "parallel conditions"
CONDITIONS_PER_CARD: Final = 10  # API page: "serial conditions"
DETAIL_ENTRIES: Final = 10  # API page
MATCHES_PER_ENTRY: Final = 10  # API page
NAME_LENGTH: Final = 100  # API page
NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_]{0,98}[A-Za-z0-9])?")  # API page; use fullmatch
DESC_LENGTH: Final = 1024  # API page
MESSAGE_LENGTH: Final = 500  # chosen: of the note that a version is saved with, in characters
ID_TAIL: Final = r"[A-Za-z0-9_-]{8}"  # API page
NODE_ID: Final = re.compile(rf"flow-{ID_TAIL}")
EDGE_ID: Final = re.compile(rf"edge-{ID_TAIL}")
CONDITION_ID: Final = re.compile(rf"GroupCondition-{ID_TAIL}")
COMBINE_ID: Final = re.compile(rf"CombineConf-{ID_TAIL}")
SEVERITIES: Final = ("Critical", "Major", "Minor", "Info")  # API page
SCENES: Final = ("notify_triggered", "notify_resolved")  # API page
OPERATORS: Final = ("EQUALS", "REGEX", "EXIST")  # API page
# API page; soft: the vendor's own Terraform page uses a hyphen. Explicit ranges, because \w takes look-alikes.
TAG: Final = re.compile(r"[A-Za-z0-9_\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]+")
REGEX_LENGTH: Final = 256  # API page
REGEX_STEPS: Final = 1_900  # chosen: of RE2's program for a pattern; \p{L} alone has about 1,200
REGEX_WORK: Final = 3_000_000  # chosen: steps x bytes of a value; measured, it keeps a search below 50 ms
KEY_LENGTH: Final = 128  # API page of the silence rules; soft, since not stated for grouping rules
VALUE_LENGTH: Final = 256  # the same
GROUP_BY_CHOICES: Final = (  # API page; an array whose order carries no meaning
    ("resource_provider",),
    ("resource_provider", "event_severity"),
    ("resource_provider", "tag", "event_severity", "resource_type"),
)
AI_GROUP_BY: Final = ("event_name", "alarm_info", "tag")  # API page
WAITS: Final = {  # API page; whole seconds, both ends included
    "group_wait": (0, 600),
    "group_interval": (5, 1800),
    "group_repeat_waiting": (0, 1_296_000),
}
RULES_PER_PROJECT: Final = 100  # user guide

# Bounds of an untrusted document, all chosen.
BODY_BYTES: Final = 1024 * 1024
DEPTH: Final = 32
NODES: Final = 500
EDGES: Final = 1_000
STRING_LENGTH: Final = 4_096
VALUES: Final = 100_000  # JSON values in one body
VALUES_PER_CONDITION: Final = 100
PATTERNS: Final = 200  # in one rule; each costs time and memory wherever the rule is shown
FINDINGS_PER_CODE: Final = 100
FINDINGS_COUNTED: Final = 1000  # of one code; what is behind them would cost time and tell nobody anything
INTEGER: Final = 2**53 - 1  # what every JSON reader keeps exactly
FORBIDDEN_MEMBERS: Final = frozenset({"__proto__", "constructor", "prototype"})
