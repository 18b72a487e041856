"""Contenders measured side by side: they take turns in every round, so that a busy machine slows all of them alike."""

import statistics
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple


class Figures(NamedTuple):
    """Seconds of one call: of the median round's median, and the 99th percentile of all calls."""

    median: float
    p99: float


def measure(contenders: Mapping[str, Callable[[], object]], rounds: int, repeats: int) -> dict[str, Figures]:
    """What each contender takes for one call; ``rounds`` x ``repeats`` calls each."""
    calls: dict[str, list[list[float]]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, work in contenders.items():
            calls[name].append(sorted(_seconds(work) for _ in range(repeats)))
    return {name: _figures(found) for name, found in calls.items()}


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _figures(rounds: list[list[float]]) -> Figures:
    everything = sorted(seconds for each in rounds for seconds in each)
    return Figures(
        statistics.median(statistics.median(each) for each in rounds), everything[int(len(everything) * 0.99)]
    )


def table(title: str, figures: Mapping[str, Figures], ours: str, scale: float = 1e6, unit: str = "us") -> str:
    """The figures as lines of text, each with how many times as long as ours it takes."""
    lines = [title, f"{'':44}{'median ' + unit:>12}{'p99 ' + unit:>12}{'x ours':>9}"]
    for name, found in figures.items():
        ratio = found.median / figures[ours].median
        lines.append(f"{name:44}{found.median * scale:12.1f}{found.p99 * scale:12.1f}{ratio:9.2f}")
    return "\n".join(lines) + "\n"
