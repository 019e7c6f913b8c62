"""What kind of work a run is: by what it makes, whoever started it, else by its job."""

from __future__ import annotations

import pytest

from uball_assets.automation.pods.kinds import PodKind, pod_kind
from uball_assets.definitions import build_defs

BACKFILL = "__ASSET_JOB"
"""Dagster's own name for what a backfill runs."""


@pytest.mark.parametrize(
    ("job", "paths", "kind"),
    [
        ("game_job", [], PodKind.CLIPS),
        (BACKFILL, [["plays"], ["clips", "FAR_LEFT"], ["annotations"]], PodKind.CLIPS),
        (BACKFILL, [["winter-league", "clips", "FAR_LEFT"]], PodKind.CLIPS),
        ("retrain_job", [], PodKind.TRAINING),
        (BACKFILL, [["training_set"], ["tuned_model"]], PodKind.TRAINING),
        (BACKFILL, [["clips", "FAR_LEFT"], ["tuned_model"]], PodKind.TRAINING),
        ("forecast_pipeline", [], PodKind.TRAINING),
        (BACKFILL, [["outcome_model"]], PodKind.TRAINING),
        ("game_job", [["annotations"]], PodKind.OTHER),
        ("quick_refresh", [], PodKind.OTHER),
        ("daily_report_job", [], PodKind.OTHER),
        (BACKFILL, [["results"], ["form_features"]], PodKind.OTHER),
    ],
)
def test_a_run_is_told_by_what_it_makes_and_else_by_its_job(
    job: str, paths: list[list[str]], kind: PodKind
) -> None:
    assert pod_kind(job, paths) is kind


@pytest.mark.parametrize(
    ("job", "kind"), [("game_job", PodKind.CLIPS), ("retrain_job", PodKind.TRAINING)], ids=str
)
def test_a_job_and_a_backfill_of_all_of_its_assets_are_the_same_kind(job: str, kind: PodKind) -> None:
    assets = build_defs().resolve_job_def(job).asset_layer.selected_asset_keys
    assert pod_kind(BACKFILL, [key.path for key in assets]) is kind
