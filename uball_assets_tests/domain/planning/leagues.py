"""Leagues to plan with: games of two hours, on this machine's own trainer or on Vertex AI."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from uball_assets.domain.clipping.clips import Mode
from uball_assets.domain.planning.league import Film, League, Machines, Region, Ways
from uball_assets.domain.planning.opening import EVENINGS_AND_WEEKENDS, parse_opening

LOCAL = Ways(
    clip_mode=Mode.SMART,
    trainer="local",
    annotate_by="batch",
    base_model="local-mlp-1",
    media_resolution="low",
    train_on="cumulative",
    replay_per_new=1.0,
    epochs=1,
    evaluation_plays=600,
    trainings_a_week=7,
    games_a_training=5,
    sensor_interval_s=30.0,
    is_copied=False,
)
VERTEX = replace(
    LOCAL,
    trainer="vertex",
    annotate_by="online",
    base_model="gemini-3.5-flash",
    train_on="new_plus_replay",
)


def region(courts: int, games: int, *, cores: int = 4, name: str = "", **machines: Any) -> Region:
    return Region(name, courts, games, 100.0, Machines(cores, **machines))


def league(*regions: Region, ways: Ways = LOCAL, goal_h: float = 24.0, film: Film | None = None) -> League:
    return League(regions, film or Film(2.0), parse_opening(EVENINGS_AND_WEEKENDS), ways, goal_h)
