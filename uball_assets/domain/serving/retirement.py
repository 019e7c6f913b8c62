"""Retirement: which versions' weights are kept, why, and which may go.

A league trains for years, and every version's weights would stand there, or be deployed and paid for, for
ever. Kept are the newest versions, whatever a route leads to or a rollback can, and what work in flight began
with. A version that is retired keeps its card, its scores and its place on the record.

Belongs here: the rule and its reasons. Not here: finding and freeing what a version holds
(`assets.versions.retiring`), when (`automation`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

KEEP_LAST = 10


@dataclass(frozen=True)
class Fate:
    model: str
    is_kept: bool
    why: str


def fates(
    models: Sequence[str],
    reach: Collection[str],
    in_use: Collection[str],
    retired: Collection[str],
    keep_last: int = KEEP_LAST,
) -> list[Fate]:
    """Of every version that is not `retired` already, oldest first, as `models` has them.

    `reach`: what routes lead to or a rollback can; `in_use`: what runs that go on may have begun with.
    """
    newest = set(models[max(0, len(models) - keep_last) :])
    return [_fate(model, newest, reach, in_use, keep_last) for model in models if model not in retired]


def _fate(
    model: str, newest: Collection[str], reach: Collection[str], in_use: Collection[str], keep_last: int
) -> Fate:
    if model in reach:
        return Fate(model, True, "a route leads to it, or a rollback can")
    if model in in_use:
        return Fate(model, True, "a run that goes on may have begun with it")
    if model in newest:
        return Fate(model, True, f"one of the last {keep_last} versions (UBALL_KEEP_VERSIONS)")
    return Fate(model, False, f"none of the last {keep_last} versions, and nothing leads to it")


def named_since(changes: Sequence[tuple[float, Collection[str]]], since_s: float | None) -> set[str]:
    """The models of the routes that stood at that moment or later: what a run that began then may ask.

    `changes`: (Unix seconds, models), oldest first; `since_s`: None where nothing goes on.
    """
    if since_s is None:
        return set()
    named: set[str] = set()
    for place, (_, models) in enumerate(changes):
        ends_s = changes[place + 1][0] if place + 1 < len(changes) else float("inf")
        if ends_s >= since_s:
            named |= set(models)
    return named
