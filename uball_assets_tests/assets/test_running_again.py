"""Running a game again: nothing is done twice, and a change costs exactly what it touches."""

from __future__ import annotations

from pathlib import Path

from uball_assets.automation.situation import why
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets_tests.league import Platform, failure, metadata

Snapshot = dict[str, tuple[int, bytes]]


def stored_clips(platform: Platform, game_id: str) -> Snapshot:
    """Name to (time of writing, bytes)."""
    folder = platform.training / object_names.clips(game_id)
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in sorted(folder.iterdir())}


def stored_lines(platform: Platform, game_id: str) -> list[bytes]:
    names = (object_names.training_data(game_id), object_names.validation_data(game_id))
    return [Path(platform.training / name).read_bytes() for name in names]


def cut_now(platform: Platform, game_id: str) -> dict[str, int]:
    result = platform.run_game(game_id)
    assert result.success
    return {str(angle): metadata(result, f"clips/{angle}")["cut_now"] for angle in Angle}


def test_running_a_game_again_cuts_nothing_and_records_nothing(processed: Platform) -> None:
    clips, lines = stored_clips(processed, "g1"), stored_lines(processed, "g1")
    assert sum(cut_now(processed, "g1").values()) == 0
    assert stored_clips(processed, "g1") == clips
    assert stored_lines(processed, "g1") == lines
    assert len(processed.entries("games")) == len(processed.entries("annotations")) == 1


def test_an_edited_play_recuts_exactly_its_two_clips(processed: Platform) -> None:
    before, row = stored_clips(processed, "g1"), processed.rows("g1")[0]
    processed.edit(row, end_timestamp=row["end_timestamp"] + 0.4)
    assert cut_now(processed, "g1") == {"FAR_LEFT": 0, "NEAR_LEFT": 1, "FAR_RIGHT": 1, "NEAR_RIGHT": 0}
    after = stored_clips(processed, "g1")
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {f"{row['id']}_FAR_RIGHT.mp4", f"{row['id']}_NEAR_LEFT.mp4"}
    first, second = (entry["examples_hash"] for entry in processed.entries("games"))
    assert first != second


def test_a_corrected_label_changes_the_lines_and_cuts_nothing(processed: Platform) -> None:
    before = stored_lines(processed, "g1")
    processed.edit(processed.rows("g1")[0], classification="4PT_MAKE")
    assert sum(cut_now(processed, "g1").values()) == 0
    assert stored_lines(processed, "g1") != before


def test_plays_with_another_stamp_alone_are_neither_cut_nor_learned_again(trained: Platform) -> None:
    """So a database that stamps rows itself has them after a restore."""
    clips, [before] = stored_clips(trained, "g1"), trained.entries("games")
    database = trained.resources.plays_db
    for row in database.plays("g1"):
        trained.edit(row, updated_at="2030-01-01T00:00:00+00:00")
    assert sum(cut_now(trained, "g1").values()) == 0
    assert stored_clips(trained, "g1") == clips
    after = trained.state("g1")
    assert after["plays_version"] != before["plays_version"]
    assert after["examples_hash"] == before["examples_hash"]
    assert "has learned from all" in why(trained.settings, trained.resources.registry, trained.notes)


def test_a_play_that_is_gone_takes_its_clips_and_lines_with_it(processed: Platform) -> None:
    gone, *_ = processed.rows("g1")
    processed.edit(gone, classification="DUNK")
    assert sum(cut_now(processed, "g1").values()) == 0
    clips = stored_clips(processed, "g1")
    assert len(clips) == 6
    assert not any(name.startswith(gone["id"]) for name in clips)
    assert not any(gone["id"].encode() in lines for lines in stored_lines(processed, "g1"))


def test_a_game_that_changes_back_says_so_on_the_record(processed: Platform) -> None:
    row, *_ = processed.rows("g1")
    for label in ("4PT_MISS", row["classification"]):
        processed.edit(row, classification=label)
        assert processed.run_game("g1").success
    first, second, third = (entry["examples_hash"] for entry in processed.entries("games"))
    assert first == third != second
    assert processed.state("g1")["number"] == 3


def test_a_camera_that_arrives_late_adds_its_clips_and_touches_no_other(platform: Platform) -> None:
    platform.add_game("g1", missing=[Angle.FAR_RIGHT])
    platform.run_game("g1")
    before = stored_clips(platform, "g1")
    platform.put_video("g1", Angle.FAR_RIGHT)
    assert cut_now(platform, "g1") == {"FAR_LEFT": 0, "NEAR_LEFT": 0, "FAR_RIGHT": 2, "NEAR_RIGHT": 0}
    after = stored_clips(platform, "g1")
    assert {name: after[name] for name in before} == before
    assert platform.state("g1")["grade"] == "A"


def test_a_camera_that_turns_bad_takes_its_clips_out_of_training(processed: Platform) -> None:
    processed.put_video("g1", Angle.NEAR_LEFT, share=0.02)
    result = processed.run_game("g1")
    assert metadata(result, "clips/NEAR_LEFT")["strays_deleted"] == 2
    assert not any("NEAR_LEFT" in name for name in stored_clips(processed, "g1"))
    assert not any(b"NEAR_LEFT.mp4" in lines for lines in stored_lines(processed, "g1"))


def test_examples_refuse_clips_that_were_cut_for_other_plays(processed: Platform) -> None:
    row = processed.rows("g1")[0]
    processed.edit(row, end_timestamp=row["end_timestamp"] + 0.4)
    assert processed.materialize("plays", game_id="g1").success
    result = processed.materialize("training_examples", game_id="g1")
    assert not result.success
    assert "other plays than its clips of FAR_LEFT" in failure(result, "training_examples")
