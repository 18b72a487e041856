"""An alarm as a rule sees it: attributes, tags, and the scene in which somebody would be told."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from editor.flow.rule import Json

#: Attributes that are not tags (chosen: every other member of the metadata is one).
OWN_ATTRIBUTES = frozenset(
    {
        "event_name",
        "event_severity",
        "event_type",
        "resource_provider",
        "resource_type",
        "resource_id",
        "notification_scene",
    }
)


def is_tag(key: str) -> bool:
    """Whether ``key`` names a tag."""
    return key not in OWN_ATTRIBUTES


@dataclass(frozen=True)
class Alarm:
    """An alarm as reported: ``{"metadata": {…}, "annotations": {…}, "starts_at": ms, "ends_at": ms, …}``."""

    raw: Mapping[str, Json]

    @cached_property
    def attributes(self) -> Mapping[str, str]:
        """What conditions look at, all texts. Null, missing and empty are all absent (chosen, as in Alertmanager);
        ``notification_scene`` follows from ``ends_at`` unless the metadata has it (chosen)."""
        metadata = self.raw.get("metadata")
        members = metadata if isinstance(metadata, Mapping) else {}
        found = {key: value for key, value in members.items() if value and isinstance(value, str)}
        if len(found) < len(members):
            found = {key: text for key, value in members.items() if (text := _text(value))}
        found.setdefault("notification_scene", "notify_resolved" if self._has_ended else "notify_triggered")
        return found

    @property
    def _has_ended(self) -> bool:
        return self.raw.get("ends_at") not in (None, 0, "", "0")

    @cached_property
    def tags(self) -> Mapping[str, str]:
        """The attributes that are tags, sorted by name."""
        return {key: value for key, value in sorted(self.attributes.items()) if is_tag(key)}

    @cached_property
    def annotations(self) -> str:
        """The annotations as one text, for ``alarm_info``."""
        return json.dumps(self.raw.get("annotations") or {}, sort_keys=True, ensure_ascii=False)


def _text(value: Json) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
