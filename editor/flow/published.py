"""The members of every object of a rule that the published page names; all others are kept, and told."""

from typing import Final

from editor.flow import limits

#: Members of the legacy form, which a rule with a flow leaves empty.
LEGACY: Final = ("detail", "group_by", *limits.WAITS, "ai_group_by")
RULE: Final = frozenset({"name", "desc", "match_v3", *LEGACY})
FLOW: Final = frozenset({"nodes", "edges"})
NODE: Final = frozenset({"id", "type", "businessType", "value"})
EDGE: Final = frozenset({"id", "source", "target", "value"})
# The last of each is out of place there, which is told as such.
GROUP: Final = frozenset({"id", "type", "value", "nodes", "match"})
LEAF: Final = frozenset({"id", "type", "match", "nodes"})
MATCH: Final = frozenset({"key", "operate", "value"})
COMBINE: Final = frozenset({"id", "combineConfig"})
CONFIG: Final = frozenset({"group_by", "ai_group_by", *limits.WAITS, "bind_notification_rule_ids"})
ENTRY: Final = frozenset({"match", "bind_notification_rule_ids"})
