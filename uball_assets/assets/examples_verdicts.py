"""The two checks of `training_examples`, given by the asset itself.

Belongs here: the grade and the proof of the split, as verdicts. They are not in `checks/`, for Dagster skips
a check of its own when its asset makes nothing, and shows what was skipped as failed: a game that nobody
annotated yet, or one that is refused, has its verdicts here too. Not here: the grade's rule
(`domain.plays.quality`).
"""

from __future__ import annotations

from typing import Any

import dagster as dg

from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.places import name_at
from uball_assets.assets import ours
from uball_assets.assets.common import EACH_GAME, games
from uball_assets.domain.answers.examples import read_example
from uball_assets.domain.clipping.reports import GameExamplesReport, shared_clips
from uball_assets.domain.footage import object_names
from uball_assets.domain.plays.quality import Grade

CHECK_SPECS = [
    dg.AssetCheckSpec(
        "good_grade",
        asset="training_examples",
        partitions_def=games,
        description="Grade A or B; C trains, with a warning; F stays out. A game that nobody annotated yet "
        "has nothing to grade, and passes." + EACH_GAME,
    ),
    dg.AssetCheckSpec(
        "no_play_on_both_sides",
        asset="training_examples",
        partitions_def=games,
        description="What a play shows is on one side of the split, by its name and by its clips' content; "
        "every line's clip exists." + EACH_GAME,
    ),
]
_RESTS_ON = ("game", "grade", "reasons", "quarantine", "quarantine_whole")
"""Words only: Dagster plots a check's numbers over time, and a line through different games says nothing."""
NOTHING_TO_CHECK = "nothing to check: nobody annotated this game yet"


def good_grade(verdict: Grade, row_count: int, metadata: dict[str, Any]) -> dg.AssetCheckResult:
    """`metadata` is the asset's: a refused game's partition shows none."""
    if not row_count:
        return _verdict("good_grade", passed=True, description=NOTHING_TO_CHECK)
    return _verdict(
        "good_grade",
        passed=verdict.letter in ("A", "B"),
        description=f"grade {verdict.letter}: {'; '.join(verdict.reasons) or 'all sound'}",
        severity=dg.AssetCheckSeverity.WARN,
        metadata={name: metadata[name] for name in _RESTS_ON if name in metadata},
    )


def no_play_on_both_sides(training: ObjectStore, game_id: str, row_count: int) -> dg.AssetCheckResult:
    """Read off the lines as they are stored."""
    if not row_count:
        return _verdict("no_play_on_both_sides", passed=True, description=NOTHING_TO_CHECK)
    train = _clip_names(training, object_names.training_data(game_id))
    validation = _clip_names(training, object_names.validation_data(game_id))
    stored = {info.name for info in training.list(object_names.clips(game_id))}
    lost = sum(name not in stored for name in (*train, *validation))
    train_plays, validation_plays = _plays(train), _plays(validation)
    shared = train_plays & validation_plays
    alike = shared_clips(documents.load(training, object_names.examples(game_id), GameExamplesReport).lines)
    return _verdict(
        "no_play_on_both_sides",
        passed=not shared and not alike and not lost,
        description=f"{len(train_plays)} plays train, {len(validation_plays)} validate, "
        f"{len(shared)} do both; {len(alike)} clips show what is learned from; {lost} lines without a clip",
    )


def _verdict(
    name: str,
    *,
    passed: bool,
    description: str,
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR,
    metadata: dict[str, Any] | None = None,
) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=passed,
        asset_key=ours.key("training_examples"),
        check_name=name,
        description=description,
        severity=severity,
        metadata=metadata or {},
    )


def _clip_names(training: ObjectStore, name: str) -> list[str]:
    lines = training.read(name).decode().splitlines()
    return [name_at(training, read_example(line).clip_uri) for line in lines]


def _plays(clip_names: list[str]) -> set[str]:
    """`…/{play_id}_FAR_LEFT.mp4`; a play's id may hold `_` too."""
    return {name.rsplit("/", 1)[-1].rsplit("_", 2)[0] for name in clip_names}
