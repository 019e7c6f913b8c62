"""Checks of `training_examples`: the grade, and the proof that no play stands on both sides of the split."""

import dagster as dg

from uball_assets.adapters.object_store import ObjectStore
from uball_assets.adapters.registry import Registry
from uball_assets.assets.examples import training_examples
from uball_assets.assets.reading import game_states
from uball_assets.checks.common import GAME_CHECK
from uball_assets.domain import places
from uball_assets.domain.examples import read_example


@dg.asset_check(asset=training_examples, **GAME_CHECK, description="Grade A or B; C trains, with a warning.")
def good_grade(
    context: dg.AssetCheckExecutionContext, registry: dg.ResourceParam[Registry]
) -> dg.AssetCheckResult:
    state = game_states(registry)[context.partition_key]
    return dg.AssetCheckResult(
        passed=state["grade"] in ("A", "B"),
        severity=dg.AssetCheckSeverity.WARN,
        description=f"grade {state['grade']}: {'; '.join(state['reasons']) or 'all sound'}",
        metadata={"score": state["score"], "coverage": state["coverage"]},
    )


@dg.asset_check(
    asset=training_examples,
    **GAME_CHECK,
    description="Both cameras of a play are on one side of the split, and every line's clip exists.",
)
def no_play_on_both_sides(
    context: dg.AssetCheckExecutionContext, training: dg.ResourceParam[ObjectStore]
) -> dg.AssetCheckResult:
    game_id = context.partition_key
    train = _clip_uris(training, places.training_data(game_id))
    validation = _clip_uris(training, places.validation_data(game_id))
    stored = {training.uri(info.name) for info in training.list(places.clips(game_id))}
    lost = sum(uri not in stored for uri in (*train, *validation))
    train_plays, validation_plays = _plays(train), _plays(validation)
    shared = train_plays & validation_plays
    return dg.AssetCheckResult(
        passed=not shared and not lost,
        description=f"{len(train_plays)} plays train, {len(validation_plays)} validate, "
        f"{len(shared)} do both; {lost} lines without a clip",
    )


def _clip_uris(training: ObjectStore, name: str) -> list[str]:
    """Read off the lines themselves."""
    return [read_example(line).clip_uri for line in training.read(name).decode().splitlines()]


def _plays(clip_uris: list[str]) -> set[str]:
    """`…/{play_id}_FAR_LEFT.mp4`; a play's id may hold `_` too."""
    return {uri.rsplit("/", 1)[-1].rsplit("_", 2)[0] for uri in clip_uris}


checks = [good_grade, no_play_on_both_sides]
