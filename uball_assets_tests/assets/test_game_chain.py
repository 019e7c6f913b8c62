"""One game's run: what each kind of broken input costs, and that it costs nothing else."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from itertools import count
from typing import Any

import dagster as dg
import pytest

from uball_assets.adapters.stores import documents
from uball_assets.domain.answers.examples import NO_PLAY, read_example
from uball_assets.domain.clipping.empty_windows import PREFIX, empty_windows
from uball_assets.domain.clipping.reports import GameExamplesReport
from uball_assets.domain.errors import Quarantined
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.plays.lost_times import LostTimes
from uball_assets.domain.plays.plays import TIMES, check_rows
from uball_assets.domain.plays.splits import side_of_play
from uball_assets.media.cutting.reencode import ffmpeg_binary
from uball_assets_tests.automation.ticking import record_game
from uball_assets_tests.domain.samples import a_row
from uball_assets_tests.league import Platform, failed_checks, failure, metadata

Results = dict[str, dg.ExecuteInProcessResult]


@pytest.fixture(scope="module", name="ran")
def run_all(shared_platform: Platform) -> Results:
    """One game of each kind, all in one platform, run once."""
    platform = shared_platform
    platform.add_game("sound", with_a_gap(platform))
    platform.add_game("one_camera_missing", missing=[Angle.FAR_RIGHT])
    platform.add_game("one_file_truncated", truncated={Angle.FAR_LEFT: 0.55})
    first, second, *others = platform.rows("two_rows_wrong")
    backwards = {"start_timestamp": first["end_timestamp"], "end_timestamp": first["start_timestamp"]}
    platform.add_game(
        "two_rows_wrong",
        [{**first, "classification": "DUNK", **backwards}, {**second, "angle": "MIDDLE"}, *others],
    )
    platform.add_game("left_side_missing", missing=[Angle.FAR_LEFT, Angle.NEAR_RIGHT])
    platform.add_game("nobody_annotated", [])
    platform.add_game("no_video_at_all", missing=list(Angle))
    return {game: platform.run_game(game) for game in platform.instance.get_dynamic_partitions("games")}


def with_a_gap(platform: Platform) -> list[dict[str, Any]]:
    """Sound rows; nobody wrote down the second of three plays on the left, so that a stretch behind the first
    counts as empty. That stretch validates, its play trains."""
    *before, third, fourth = platform.rows("sound")
    gives = (f"{third['id']}_{number}" for number in count())
    name = next(name for name in gives if side_of_play(name) == "train" and _validates(third | {"id": name}))
    after = {**platform.filmed.plays[5], "id": fourth["id"], "game_id": "sound"}
    return [*before, {**third, "id": name}, after]


def _validates(row: dict[str, Any]) -> bool:
    later = {name: row[name] + 10.0 for name in TIMES}
    plays, _ = check_rows([row, {**row, **later, "id": "later"}], {})
    found = [each.empty_id for each in empty_windows(plays, LostTimes(), 0.5) if each.window.start_s < 22.5]
    return found == [f"{PREFIX}{row['id']}"] and side_of_play(found[0]) == "validation"


def quarantine(platform: Platform, game_id: str) -> list[Quarantined]:
    name = object_names.quarantine(game_id)
    return [Quarantined(**row) for row in json.loads((platform.training / name).read_text())]


def jsonl(platform: Platform, game_id: str) -> dict[str, list[Any]]:
    files = {
        "train": object_names.training_data(game_id),
        "validation": object_names.validation_data(game_id),
    }
    return {
        split: [read_example(line) for line in (platform.training / name).read_text().splitlines()]
        for split, name in files.items()
    }


def test_a_sound_game_passes_every_check_and_has_both_cameras_of_every_play(
    shared_platform: Platform, ran: Results
) -> None:
    assert ran["sound"].success
    assert failed_checks(ran["sound"]) == set()
    assert len(ran["sound"].get_asset_check_evaluations()) == 13
    state = shared_platform.state("sound")
    assert (state["grade"], state["rows"], state["clips_accepted"]) == ("A", 4, 8)
    assert (state["train_count"], state["validation_count"]) == (6, 4)
    assert quarantine(shared_platform, "sound") == []


def test_what_dagster_shows_of_a_game_leads_to_its_page_for_people(ran: Results) -> None:
    for asset in ("raw_videos", "training_examples", "annotations"):
        assert metadata(ran["sound"], asset)["page"] == "http://127.0.0.1:8000/games/sound"


def test_a_missing_camera_costs_its_own_clips_and_the_game_is_trained_on(
    shared_platform: Platform, ran: Results
) -> None:
    assert ran["one_camera_missing"].success
    assert failed_checks(ran["one_camera_missing"]) == {
        "raw_videos:four_sound_cameras",
        "clips/FAR_RIGHT:every_play_has_a_clip",
        "training_examples:good_grade",
    }
    state = shared_platform.state("one_camera_missing")
    assert (state["grade"], state["trainable"], state["clips_accepted"]) == ("C", True, 6)
    assert "no camera FAR_RIGHT" in state["reasons"][0]
    assert "were not accepted" not in state["reasons"][0]


def test_a_truncated_file_loses_only_the_clips_it_no_longer_holds(
    shared_platform: Platform, ran: Results
) -> None:
    result = ran["one_file_truncated"]
    assert result.success
    assert "clips/FAR_LEFT:every_play_has_a_clip" in failed_checks(result)
    lost = [entry for entry in quarantine(shared_platform, "one_file_truncated") if "clip " in entry.what]
    assert 1 <= len(lost) <= 2
    assert all(entry.what.endswith("_FAR_LEFT") and "in the file" in entry.why for entry in lost)
    assert shared_platform.state("one_file_truncated")["clips_accepted"] == 8 - len(lost)
    for angle in ("NEAR_LEFT", "FAR_RIGHT", "NEAR_RIGHT"):
        assert metadata(result, f"clips/{angle}")["clips_accepted"] == 2


def test_a_broken_row_is_quarantined_with_every_reason_and_counted_once(
    shared_platform: Platform, ran: Results
) -> None:
    first, second, *_ = shared_platform.rows("two_rows_wrong")
    quarantined = quarantine(shared_platform, "two_rows_wrong")
    assert [entry.what for entry in quarantined] == [f"play {row['id']}" for row in (first, second)]
    assert "'DUNK' is not in the league's vocabulary" in quarantined[0].why
    shown = metadata(ran["two_rows_wrong"], "plays")
    assert (shown["rows_in"], shown["dagster/row_count"], shown["quarantined"]) == (4, 2, 2)
    assert "plays:every_row_sound" in failed_checks(ran["two_rows_wrong"])
    assert "plays:rows_add_up" not in failed_checks(ran["two_rows_wrong"])


def test_every_lost_row_has_a_place_of_its_own_even_among_rows_of_one_id() -> None:
    rows = [a_row(updated_at=f"2026-03-1{day}") for day in (1, 2, 3)]
    plays, quarantined = check_rows([*rows, a_row(id=None)], {})
    assert len(plays) + len({entry.where for entry in quarantined}) == 4


def test_a_refused_game_fails_its_examples_with_the_reason_and_keeps_everything_else(
    shared_platform: Platform, ran: Results
) -> None:
    result = ran["left_side_missing"]
    assert not result.success
    assert [event.step_key for event in result.get_step_failure_events()] == ["training_examples"]
    said = failure(result, "training_examples")
    assert "game left_side_missing stays out of training: grade F" in said
    assert "no clip shows 2 of 4 plays" in said
    assert "left_side_missing" not in shared_platform.materialized("training_examples")
    assert "left_side_missing" in shared_platform.materialized("annotations")
    assert metadata(result, "clips/NEAR_LEFT")["clips_accepted"] == 2
    assert jsonl(shared_platform, "left_side_missing") == {"train": [], "validation": []}


def test_a_game_without_plays_is_skipped_by_its_examples_and_its_run_succeeds(
    shared_platform: Platform, ran: Results
) -> None:
    assert ran["nobody_annotated"].success
    assert "nobody_annotated" not in shared_platform.materialized("training_examples")
    assert "nobody_annotated" in shared_platform.materialized("annotations")
    assert shared_platform.state("nobody_annotated")["trainable"] is False


def test_a_game_with_nothing_to_check_has_no_failed_and_no_skipped_check(ran: Results) -> None:
    """A check that is skipped is shown as failed, and reads like a leak between training and validation."""
    verdicts = {
        check.check_name: (check.partition, check.passed, check.description)
        for check in ran["nobody_annotated"].get_asset_check_evaluations()
        if check.asset_key == dg.AssetKey("training_examples")
    }
    nothing = ("nobody_annotated", True, "nothing to check: nobody annotated this game yet")
    assert verdicts == {"good_grade": nothing, "no_play_on_both_sides": nothing}
    assert failed_checks(ran["nobody_annotated"]) == set()
    assert len(ran["nobody_annotated"].get_asset_check_evaluations()) == 13


def test_a_refused_game_has_its_grade_and_its_losses_at_the_check_and_no_leak(ran: Results) -> None:
    verdicts = {
        check.check_name: check
        for check in ran["left_side_missing"].get_asset_check_evaluations()
        if check.asset_key == dg.AssetKey("training_examples")
    }
    assert not verdicts["good_grade"].passed
    assert "grade F: no clip shows 2 of 4 plays" in (verdicts["good_grade"].description or "")
    assert "quarantine" in verdicts["good_grade"].metadata
    assert verdicts["no_play_on_both_sides"].passed


def test_a_game_without_a_single_file_is_refused_like_any_other(
    shared_platform: Platform, ran: Results
) -> None:
    [event] = ran["no_video_at_all"].get_step_failure_events()
    assert event.step_key == "training_examples"
    assert shared_platform.state("no_video_at_all")["cameras"] == []
    assert (
        len([entry for entry in quarantine(shared_platform, "no_video_at_all") if "clip" in entry.what]) == 8
    )


@pytest.mark.parametrize("game_id", ["sound", "one_camera_missing", "one_file_truncated", "two_rows_wrong"])
def test_every_line_names_a_clip_that_exists_and_both_cameras_of_a_play_are_on_one_side(
    shared_platform: Platform, ran: Results, game_id: str
) -> None:
    assert ran[game_id].success
    store = shared_platform.resources.training
    stored = {info.name for info in store.list(object_names.clips(game_id))}
    lines = jsonl(shared_platform, game_id)
    named = {split: [store.name_of(line.clip_uri) for line in lines[split]] for split in lines}
    assert {*named["train"], *named["validation"]} == stored
    for split, names in named.items():
        play_ids = {name.rpartition("/")[2].rsplit("_", 2)[0] for name in names}
        assert {side_of_play(play_id) for play_id in play_ids} <= {split}


@pytest.mark.parametrize("angle", list(Angle))
def test_plays_in_are_clips_out_plus_quarantined_for_every_camera(ran: Results, angle: Angle) -> None:
    for result in ran.values():
        shown = metadata(result, f"clips/{angle}")
        assert shown["plays_in"] == shown["clips_accepted"] + shown["quarantined"]


def test_an_answer_to_learn_counts_its_time_from_the_start_of_the_clip(
    shared_platform: Platform, ran: Results
) -> None:
    assert ran["sound"].success
    lines = jsonl(shared_platform, "sound")
    moments = [json.loads(line.answer)[0]["timestamp_seconds"] for line in lines["train"]]
    assert all(0.5 < moment_s < 5 for moment_s in moments)


def test_a_stretch_in_which_nobody_wrote_a_play_down_is_an_example_of_none_and_says_why(
    shared_platform: Platform, ran: Results
) -> None:
    third, fourth = with_a_gap(shared_platform)[2:]
    nothing = [line for line in jsonl(shared_platform, "sound")["validation"] if line.answer == NO_PLAY]
    [empty] = documents.load(
        shared_platform.resources.training, object_names.examples("sound"), GameExamplesReport
    ).empties
    assert [line.clip_uri.rpartition("/")[2] for line in nothing] == [
        f"{PREFIX}{third['id']}_{angle}.mp4" for angle in (Angle.FAR_LEFT, Angle.NEAR_RIGHT)
    ]
    assert third["end_timestamp"] < empty.window.start_s < empty.window.end_s < fourth["start_timestamp"]
    [row] = metadata(ran["sound"], "training_examples")["examples_of_no_play"].records
    assert row.data["why it counts as empty"] == empty.why
    assert empty.why.startswith("between plays 3 and 4: ")
    assert metadata(ran["sound"], "clips/FAR_LEFT")["empty_windows"] == 1
    assert "examples_of_no_play" not in metadata(ran["two_rows_wrong"], "training_examples")


def test_the_two_files_of_one_camera_are_both_named_and_neither_is_used(platform: Platform) -> None:
    platform.add_game("g1")
    (platform.put_video("g1", Angle.FAR_LEFT)).with_name("game1_farleft.mp4").write_bytes(b"another")
    result = platform.run_game("g1")
    assert result.success
    [entry] = [entry for entry in quarantine(platform, "g1") if entry.what == "camera FAR_LEFT"]
    assert "FAR_LEFT.mp4 and game1_farleft.mp4" in entry.why
    assert metadata(result, "clips/FAR_LEFT")["clips_accepted"] == 0


def test_a_benchmark_game_is_never_in_the_training_lines(build_platform: Any) -> None:
    platform = build_platform(benchmark_games=("g1",))
    platform.add_game("g1", platform.rows("g1")[:2])
    platform.run_game("g1")
    assert {split: len(lines) for split, lines in jsonl(platform, "g1").items()} == {
        "train": 0,
        "validation": 4,
    }


def test_the_plays_document_reads_back_as_the_plays_that_were_judged(
    shared_platform: Platform, ran: Results
) -> None:
    assert ran["sound"].success
    rows = documents.load(
        shared_platform.resources.training, object_names.plays("sound"), list[dict[str, Any]]
    )
    assert [row["id"] for row in rows] == [row["id"] for row in with_a_gap(shared_platform)]
    assert {row["angle"] for row in rows} == set(Side)


@pytest.mark.usefixtures("ran")
def test_a_refused_games_partition_page_tells_its_grade_and_what_was_left_out(
    shared_platform: Platform,
) -> None:
    key = dg.AssetKey("training_examples")
    records = shared_platform.instance.fetch_observations(key, limit=100).records
    told = {
        record.partition_key: record.asset_observation.metadata
        for record in records
        if record.asset_observation
    }
    assert set(told) == {"left_side_missing", "no_video_at_all"}
    assert str(told["left_side_missing"]["grade"].value).startswith("F")
    assert told["left_side_missing"]["quarantine"].value


@pytest.mark.parametrize(("known", "letter"), [((), "F"), (("stub",), "A")], ids=["unknown", "known-short"])
def test_a_game_of_far_fewer_plays_than_the_leagues_games_stays_out_unless_it_is_known_to_be_short(
    known: tuple[str, ...], letter: str, build_platform: Callable[..., Platform]
) -> None:
    platform = build_platform(short_games=known)
    for number in range(8):
        record_game(platform, f"whole{number}")
    platform.add_game("stub", rows=platform.rows("stub", ("train", "train", "train")))
    result = platform.run_game("stub")
    assert platform.state("stub")["grade"] == letter
    verdicts = {one.check_name: one for one in result.get_asset_check_evaluations()}
    assert verdicts["good_grade"].passed is (letter == "A")
    assert ("3 plays are far too few for a game" in str(verdicts["good_grade"].description)) is (
        letter == "F"
    )


def test_a_game_whose_row_says_what_cannot_be_is_no_a(platform: Platform) -> None:
    platform.add_game("g1")
    row = platform.resources.plays_db.game("g1")
    assert row is not None
    platform.resources.plays_db.add_game(
        {**row, "scores": {"team1": -4}, "roster_team1": [], "date": "never"}, [], []
    )
    platform.run_game("g1")
    state = platform.state("g1")
    assert (state["grade"], state["score"]) == ("B", 1.0)
    assert [reason.partition(":")[0] for reason in state["reasons"]] == [
        "its date, 'never', is none",
        "a score of -4 cannot be (0 to 250)",
    ]


def test_a_camera_that_filmed_the_dark_is_warned_of_by_its_check_and_its_clips_are_kept(
    platform: Platform,
) -> None:
    platform.add_game("g1")
    path = platform.put_video("g1", Angle.FAR_LEFT)
    path.unlink()
    dark = "color=black:size=640x360:rate=15:duration=120"
    words = [
        ffmpeg_binary(),
        "-f",
        "lavfi",
        "-i",
        dark,
        "-preset",
        "ultrafast",
        "-pix_fmt",
        "yuv420p",
        str(path),
    ]
    subprocess.run(words, check=True, capture_output=True)
    result = platform.run_game("g1")
    assert "clips/FAR_LEFT:every_play_has_a_clip" in failed_checks(result)
    [said] = [
        str(one.description)
        for one in result.get_asset_check_evaluations()
        if one.asset_key == dg.AssetKey(["clips", "FAR_LEFT"])
    ]
    assert said.startswith("2 clips show too little to learn from (g1_p")
    assert ": black" in said
    assert platform.state("g1")["clips_accepted"] == 8
