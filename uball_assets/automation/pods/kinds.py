"""What kind of work a run is, for its pod: cutting clips, training, or anything lighter.

Belongs here: telling them apart, however the run was started. Not here: what a kind's pod gets, which
deploy/kubernetes/values.yaml says (`launcher`).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from uball_assets.assets.run_words import GAME_JOB, PIPELINE_JOB, RETRAIN_JOB

_CUTTING = {"clips"}
_LEARNING = {"tuned_model", "outcome_model", "player_model"}


class PodKind(StrEnum):
    CLIPS = "clips"
    """A game's chain: cores for a while, and nothing lost where its node goes away."""
    TRAINING = "training"
    """A model of all games: memory, and hours that are worth keeping."""
    OTHER = "other"
    """Refreshes, reports, proofs: little of either."""


_JOBS = {GAME_JOB: PodKind.CLIPS, RETRAIN_JOB: PodKind.TRAINING, PIPELINE_JOB: PodKind.TRAINING}


def pod_kind(job_name: str, asset_paths: Iterable[Iterable[str]]) -> PodKind:
    """By the assets that the run makes; by its job where it makes all of that job's.

    A backfill's runs are of a job that Dagster names itself, so what is made counts first. Of one that both
    trains and cuts the training counts: it loses more.
    """
    words = {word for path in asset_paths for word in path}
    if words & _LEARNING:
        return PodKind.TRAINING
    if words & _CUTTING:
        return PodKind.CLIPS
    return PodKind.OTHER if words else _JOBS.get(job_name, PodKind.OTHER)
