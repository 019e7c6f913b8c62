"""The label audit through the real assets: a wrong label leads a person to its clip."""

from __future__ import annotations

import json
from typing import Any

import dagster as dg
import pytest
from click.testing import CliRunner, Result

from uball_assets.adapters.stores import documents
from uball_assets.checks.annotations import verdict
from uball_assets.cli import main
from uball_assets.domain.answers.metrics import PlayScore, Scores
from uball_assets.domain.footage import object_names
from uball_assets.domain.review.label_audit import LabelAudit
from uball_assets.services.label_audit import LabelAuditor
from uball_assets_tests.league import Platform

V1 = "basketball-model-v1-1games"


def uball(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def labels_hold(result: dg.ExecuteInProcessResult) -> dg.AssetCheckEvaluation:
    return next(each for each in result.get_asset_check_evaluations() if each.check_name == "labels_hold")


def is_sure_of_itself(platform: Platform) -> None:
    """Version 1 was right about 98 plays; its answers stay what they are."""
    [entry] = platform.entries("evaluations")
    scores = documents.load(platform.resources.training, entry["scores_name"], Scores)
    right = tuple(PlayScore(f"s{n}", "g9", "FOUL", "FOUL", 0.9, 0, 0) for n in range(98))
    platform.resources.training.write(
        entry["scores_name"], documents.to_bytes(Scores(**{**vars(scores), "plays": right}))
    )


def contradicted(platform: Platform, game_id: str) -> dict[str, Any]:
    """The first row of the game under another label than the one that version 1 answers."""
    said = platform.resources.plays_db.annotations(game_id, V1)[0]
    row = next(row for row in platform.rows(game_id) if row["id"] == said["play_key"])
    other = next(label for label in ("STEAL", "FOUL") if label != said["classification"])
    platform.edit(row, classification=other, events=[])
    return {**row, "classification": other, "answer": said["classification"]}


def test_a_label_that_the_model_contradicts_is_shown_with_its_clip_and_nothing_is_changed(
    trained: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_sure_of_itself(trained)
    trained.add_game("g2")
    assert trained.run_game("g2").success
    wrong = contradicted(trained, "g2")
    before = trained.resources.plays_db.plays("g2")
    monkeypatch.setenv("UBALL_HOME", str(trained.settings.home))
    told = json.loads(uball("audit", "g2", "--json").stdout)
    [line] = [one for one in told["suspects"] if one["play_id"] == wrong["id"]]
    assert (line["written"], line["suggested"]) == (wrong["classification"], wrong["answer"])
    kept = documents.load(trained.resources.training, object_names.label_audit("g2"), LabelAudit)
    assert line["key"] in [one.key for one in kept.suspects]
    assert line["clips"]
    for uri in line["clips"].values():
        assert trained.resources.training.read(trained.resources.training.name_of(uri))
    assert wrong["id"] in uball("audit").stdout
    assert trained.resources.plays_db.plays("g2") == before


def test_a_game_that_cannot_be_audited_is_told_why_and_its_run_goes_on(trained: Platform) -> None:
    [entry] = trained.entries("evaluations")
    trained.resources.training.write(entry["scores_name"], b"{}")
    resources = trained.resources
    result = verdict(LabelAuditor(resources.training, resources.registry, resources.plays_db), "g1")
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert (result.description or "").startswith("it was not audited: ")


def test_a_point_short_and_a_row_labelled_apart_are_found_before_there_is_a_model(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, other, *rest = platform.rows("g1")
    players = {"player_a": f"Player #1 ({platform.filmed.row['team1_color']})", "events": []}
    shot = {**made, **players, "classification": "3PT_MAKE"}
    foul = {**other, **players, "classification": "FOUL"}
    silent = [{**row, **players, "classification": "TURNOVER"} for row in rest]
    apart = {**foul, "id": "g1_again", "classification": "STEAL", "created_at": "2027-01-01T00:00:00+00:00"}
    platform.add_game("g1", [shot, foul, *silent, apart])
    game = platform.resources.plays_db.game("g1")
    assert game is not None
    platform.resources.plays_db.add_game({**game, "scores": {"team1": 4, "team2": 0}}, [], [])
    check = labels_hold(platform.run_game("g1"))
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert "1 point too few; another label of 1 play would explain it" in (check.description or "")
    monkeypatch.setenv("UBALL_HOME", str(platform.settings.home))
    told = json.loads(uball("audit", "g1", "--json").stdout)
    found = {(one["play_id"], one["suggested"]) for one in told["suspects"]}
    assert found == {(shot["id"], "4PT_MAKE"), (foul["id"], "STEAL")}
    assert "score of g1: " in uball("audit", "g1").stdout
    unknown = uball("audit", "g9")
    assert (unknown.exit_code, unknown.stdout) == (1, "")
    assert "the games table has no game g9" in unknown.stderr
