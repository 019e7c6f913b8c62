"""Annotations: the honest score before a game is learned from, and games that nobody annotated."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from typing import Any

from uball_assets.adapters.record.registry import OURS
from uball_assets.adapters.stores import documents
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.rig import Rig
from uball_assets.domain.footage.teams import color_of
from uball_assets.services.moments.proposing import BY_MOVEMENT
from uball_assets_tests.league import Platform, metadata


def rows_of(platform: Platform, game_id: str) -> list[dict[str, Any]]:
    return platform.resources.plays_db.annotations(game_id, "basketball-model-v1-1games")


def test_before_the_first_model_nobody_annotates_and_that_is_on_the_record(platform: Platform) -> None:
    platform.add_game("g1")
    result = platform.run_game("g1")
    assert metadata(result, "annotations")["model"].startswith("none serves yet")
    assert platform.entries("annotations")[-1]["model"] is None


def test_the_champions_score_on_a_game_is_on_the_record_before_the_game_is_learned_from(
    trained: Platform,
) -> None:
    trained.add_game("g2")
    result = trained.run_game("g2")
    [unseen] = trained.entries("unseen_scores")
    assert (unseen["game_id"], unseen["model"]) == ("g2", "basketball-model-v1-1games")
    assert (unseen["play_count"], unseen["play_accuracy"]["n"]) == (4, 4)
    assert metadata(result, "annotations")["learned_from_it"] is False
    assert "g2" not in trained.entries("models")[-1]["game_ids"]


def test_what_the_champion_made_of_a_whole_game_is_shown_before_the_game_is_learned_from(
    trained: Platform,
) -> None:
    trained.add_game("g2")
    shown = metadata(trained.run_game("g2"), "annotations")
    lines = {record.data["measure"]: record.data["value"] for record in shown["whole_game"].records}
    assert lines["label, side and time right, within 2 s"].endswith("(n = 4)")
    assert any(measure.startswith("SoccerNet's average mAP") for measure in lines)
    assert sum(record.data["happened"] for record in shown["by_label"].records) == 4
    people = {color_of(play["player_a"]) for play in trained.rows("g2")}
    assert people <= {record.data["who"] for record in shown["box_score"].records}


def test_a_game_that_the_champion_learned_from_earns_it_no_score(trained: Platform) -> None:
    result = trained.run_game("g1")
    shown = metadata(result, "annotations")
    assert shown["learned_from_it"] is True
    assert "whole_game" not in shown
    assert trained.entries("unseen_scores") == []


def test_the_annotated_rows_are_the_games_plays_in_game_time(trained: Platform) -> None:
    trained.add_game("g2")
    trained.run_game("g2")
    rows, plays = rows_of(trained, "g2"), trained.rows("g2")
    assert [row["play_key"] for row in rows] == [play["id"] for play in plays]
    for row, play in zip(rows, plays, strict=True):
        assert play["start_timestamp"] - 0.1 <= row["timestamp_seconds"] <= play["end_timestamp"] + 0.1


def test_a_game_that_nobody_annotated_is_annotated_by_windows_once_a_model_serves(platform: Platform) -> None:
    platform.add_game("new", [])
    assert metadata(platform.run_game("new"), "annotations")["model"].startswith("none serves yet")
    platform.add_game("g1")
    platform.run_game("g1")
    platform.retrain("g1")
    result = platform.run_game("new")
    assert result.success
    rows = rows_of(platform, "new")
    shown = metadata(result, "annotations")
    assert shown["dagster/row_count"] == len(rows) >= 3
    assert "plays_right" not in shown
    assert "whole_game" not in shown
    assert (shown["moments_by"], shown["candidates"], shown["asked"]) == (BY_MOVEMENT, len(rows), len(rows))
    assert shown["film_skipped"].endswith("%")
    assert shown["looking_cpu_s"] > 0
    assert platform.entries("annotations")[-1]["moments"] is None
    for play in platform.filmed.truth:
        assert any(
            row["angle"] == play["angle"]
            and row["start_timestamp"] < play["end_timestamp"]
            and row["end_timestamp"] > play["start_timestamp"]
            for row in rows
        )


def test_another_models_answers_never_touch_what_people_wrote_nor_another_models_rows(
    trained: Platform,
) -> None:
    trained.add_game("new", [])
    trained.run_game("new")
    by_windows = rows_of(trained, "new")
    written = trained.rows("new")
    game = trained.resources.plays_db.game("new")
    assert game is not None
    trained.resources.plays_db.add_game(game, written, [])
    people = trained.resources.plays_db.plays("new")
    others = [{**row, "model": "another"} for row in by_windows]
    trained.resources.plays_db.write_annotations("new", "another", others)
    trained.run_game("new")
    assert {row["play_key"] for row in rows_of(trained, "new")} == {play["id"] for play in written}
    trained.retrain("g1", to="new")
    trained.run_game("new")
    assert trained.resources.plays_db.plays("new") == people
    assert trained.resources.plays_db.annotations("new", "another") == others


def annotate_like_it(platform: Platform, *game_ids: str) -> None:
    """Games that people annotated, of the one film and with all of its plays, as their runs leave them."""
    training, state = platform.resources.training, platform.state("g1")
    rig = documents.load(training, object_names.rig("g1"), Rig)
    for game_id in game_ids:
        rows = [
            {**row, "id": f"{game_id}_{n}", "game_id": game_id} for n, row in enumerate(platform.filmed.plays)
        ]
        documents.save(training, object_names.rig(game_id), replace(rig, game_id=game_id))
        documents.save(training, object_names.plays(game_id), rows)
        known = {name: value for name, value in state.items() if name not in OURS}
        platform.resources.registry.append_change(
            "games", {**known, "game_id": game_id, "plays": len(rows)}, subject="game_id"
        )


def test_with_plays_enough_moments_are_asked_about_and_always_the_same(trained: Platform) -> None:
    annotate_like_it(trained, "t1", "t2", "t3")
    trained.add_game("new", [])
    shown = metadata(trained.run_game("new"), "annotations")
    assert shown["moments_by"] == "v1, of 4 games"
    rows = rows_of(trained, "new")
    for play in trained.filmed.truth:
        [found] = [
            row
            for row in rows
            if row["angle"] == play["angle"]
            and row["start_timestamp"] < play["timestamp_seconds"] < row["end_timestamp"]
        ]
        assert abs(found["timestamp_seconds"] - play["timestamp_seconds"]) < 2.0
    [learned] = trained.entries("moment_models")
    assert trained.entries("annotations")[-1]["moments"] == learned["key"]
    annotate_like_it(trained, "t4")
    assert metadata(trained.run_game("new"), "annotations")["moments_by"] == "v1, of 4 games"
    assert rows_of(trained, "new") == rows


def test_annotating_by_windows_again_cuts_nothing_and_clears_what_no_window_asks_for(
    trained: Platform,
) -> None:
    trained.add_game("new", [])
    trained.run_game("new")
    folder = trained.training / object_names.window_clips("new")
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    (folder / "LEFT_9999999_FAR_LEFT.mp4").write_bytes(b"of a video that was replaced")
    trained.run_game("new")
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_a_game_without_any_camera_is_annotated_as_empty_not_as_an_error(trained: Platform) -> None:
    trained.add_game("dark", [], missing=list(Angle))
    trained.add_game("dark_with_plays", missing=list(Angle))
    assert trained.run_game("dark").success
    trained.run_game("dark_with_plays")
    assert {"dark", "dark_with_plays"} <= trained.materialized("annotations")
    assert rows_of(trained, "dark") == rows_of(trained, "dark_with_plays") == []


def test_only_teams_that_play_are_named_in_examples_and_annotations(trained: Platform) -> None:
    row = trained.filmed.row
    colors = {row["team1_color"], row["team2_color"]}
    examples = (trained.training / object_names.training_data("g1")).read_text()
    assert (
        f"({row['team1_color']}) and"
        in json.loads(examples.splitlines()[0])["contents"][0]["parts"][1]["text"]
    )
    trained.add_game("new", [])
    result = trained.run_game("new")
    rows = rows_of(trained, "new")
    assert {color_of(annotated["player_a"]) for annotated in rows} <= colors
    assert None not in {annotated["player_a"] for annotated in rows}
    assert metadata(result, "annotations")["other_teams"] == "none"


def test_a_row_that_the_database_refuses_costs_only_itself(trained: Platform) -> None:
    trained.add_game("g2")
    trained.run_game("g2")
    before = rows_of(trained, "g2")
    database = sqlite3.connect(trained.settings.home / "plays.db")
    database.execute(
        f"CREATE TRIGGER rule BEFORE INSERT ON annotations WHEN NEW.play_key = '{before[1]['play_key']}' "
        "BEGIN SELECT RAISE(ABORT, 'against a rule'); END"
    )
    database.close()
    result = trained.run_game("g2")
    assert rows_of(trained, "g2") == [before[0], *before[2:]]
    assert trained.entries("annotations")[-1]["play_count"] == len(before) - 1
    assert "against a rule" in str(metadata(result, "annotations")["quarantine"])
