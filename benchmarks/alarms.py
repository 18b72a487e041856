"""Alarms like those of a busy day: flat attributes, of which six in ten repeat an earlier series."""

import random

_VALUES = {
    "event_severity": ["Critical", "Major", "Minor", "Info"],
    "resource_provider": ["AOM", "LTS", "CCE", "ECS", "RDS", "ELB", "DCS", "DMS"],
    "resource_type": ["host", "container", "process", "service", "instance"],
    "team": ["payments", "checkout", "search", "platform", "identity", "mobile"],
    "zone": [f"zone_{letter}" for letter in "abcde"],
    "env": ["production", "staging", "testing", "sandbox"],
    "cluster": [f"cluster_{number:02}" for number in range(20)],
    "namespace": [f"namespace_{number:02}" for number in range(40)],
    "app": [f"application_{number:03}" for number in range(60)],
    "event_name": [f"timeout {number}" for number in range(2800)],
    "pod": [f"web-{number:x}" for number in range(100_000)],
    "resource_id": [f"id-{number}" for number in range(5000)],
}


def make(count: int, seed: int = 1) -> list[dict[str, str]]:
    """The metadata of ``count`` alarms; equal seeds give equal alarms."""
    dice = random.Random(seed)
    series: list[dict[str, str]] = []
    made: list[dict[str, str]] = []
    for _ in range(count):
        if not series or dice.random() > 0.6:
            series.append({key: dice.choice(values) for key, values in _VALUES.items() if dice.random() < 0.9})
            made.append(series[-1])
        else:
            made.append(dict(dice.choice(series)))
    return made
