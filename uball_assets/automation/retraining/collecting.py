"""The daily collection: games that lack something are collected once more after it.

Belongs here: for which games it counts. Not here: asking (`schedules`) or what such a game does
(`domain.learning.pickup`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.record.training_requests import newest_collection
from uball_assets.assets.record.appends import recorded_s

_DAY_S = 86_400.0


def collected_again(
    registry: Registry, lacking: Iterable[str], states: Mapping[str, Entry], days: int
) -> dict[str, str]:
    """By game, what its attempts are counted at beside what it lacks: the newest request. Of games that
    changed within so many days before it; what came since is tried as ever."""
    asked = newest_collection(registry)
    if asked is None:
        return {}
    at_s = recorded_s(asked)
    return {
        game: f":{asked['why']}"
        for game in lacking
        if at_s - days * _DAY_S <= recorded_s(states[game]) <= at_s
    }
