"""A game that comes in pieces and is corrected: each piece is picked up, and just its clips are cut."""

from __future__ import annotations

from pathlib import Path

from uball_assets.automation.situation import why
from uball_assets.domain.footage.angles import Angle
from uball_assets_tests.automation.test_games_sensor import run_asked
from uball_assets_tests.automation.ticking import Ticker
from uball_assets_tests.league import Platform

FREE_BOX = b"\x00\x00\x00\x08free"
"""Room at a video's end: another file, the same frames."""


def clips(platform: Platform) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in platform.training.rglob("g1/clips/*.mp4")}


def picked_up(platform: Platform, ticker: Ticker, reasons: list[str]) -> dict[str, int]:
    """Ticks until the game's run is asked for, and runs it; how many clips were cut, by camera."""
    before = clips(platform)
    while (said := ticker.tick()) != "":
        assert "still settling" in said
    reasons.append(ticker.requests[0].tags["game/reason"])
    run_asked(platform, ticker)
    cut = [name for name, written in clips(platform).items() if before.get(name) != written]
    counts = {str(angle): sum(name.endswith(f"_{angle}.mp4") for name in cut) for angle in Angle}
    return {angle: count for angle, count in counts.items() if count}


def replace(path: Path, content: bytes) -> None:
    """Not the hard-linked original."""
    path.unlink()
    path.write_bytes(content)


def test_each_piece_of_a_game_is_picked_up_and_costs_just_its_own_clips(platform: Platform) -> None:
    platform = platform.with_settings(attempt_backoff_s=(3600.0,))
    database, ticker = platform.resources.plays_db, Ticker(platform, "games_sensor")
    reasons: list[str] = []
    row, rows = {**platform.filmed.row, "id": "g1"}, platform.rows("g1")
    right, *_ = rows  # its first play is on the right half, which FAR_RIGHT and NEAR_LEFT film
    offsets = [{**video, "game_id": "g1"} for video in platform.filmed.videos]

    database.add_game(row, [], offsets)
    for angle in (Angle.FAR_LEFT, Angle.NEAR_RIGHT):
        platform.put_video("g1", angle)
    assert picked_up(platform, ticker, reasons) == {}

    database.add_game(row, rows[:3], [])
    left_count = sum(play["angle"] != right["angle"] for play in rows[:3])
    assert picked_up(platform, ticker, reasons) == {"FAR_LEFT": left_count, "NEAR_RIGHT": left_count}

    for angle in (Angle.FAR_RIGHT, Angle.NEAR_LEFT):
        platform.put_video("g1", angle)
    assert picked_up(platform, ticker, reasons) == {"NEAR_LEFT": 3 - left_count, "FAR_RIGHT": 3 - left_count}

    database.add_game(row, rows[3:], [])
    assert sum(picked_up(platform, ticker, reasons).values()) == 2

    platform.edit(right, end_timestamp=right["end_timestamp"] + 0.4)
    assert picked_up(platform, ticker, reasons) == {"NEAR_LEFT": 1, "FAR_RIGHT": 1}

    platform.edit(right, classification="4PT_MISS", end_timestamp=right["end_timestamp"] + 0.4)
    assert picked_up(platform, ticker, reasons) == {}

    corrected = next(video for video in offsets if video["angle"] == "FAR_LEFT")
    other_s = (corrected["sync_offset_seconds"] or 0.0) + 0.1
    database.add_game(row, [], [{**corrected, "sync_offset_seconds": other_s}])
    assert set(picked_up(platform, ticker, reasons)) == {"FAR_LEFT"}

    path = platform.videos / "Games/g1/NEAR_RIGHT.mp4"
    replace(path, path.read_bytes() + FREE_BOX)
    platform.edit(
        right, note="Corrected.", classification="4PT_MISS", end_timestamp=right["end_timestamp"] + 0.4
    )
    assert set(picked_up(platform, ticker, reasons)) == {"NEAR_RIGHT"}

    count = len(clips(platform))
    database.remove_plays("g1", [right["id"]])
    assert picked_up(platform, ticker, reasons) == {}
    assert len(clips(platform)) == count - 2
    videos, plays = "its videos or their offsets changed", "its plays changed"
    both = "its plays, and its videos or their offsets changed"
    assert reasons == ["new game", plays, videos, plays, plays, plays, videos, both, plays]


def test_a_note_worded_otherwise_trains_nothing_and_a_label_counts(trained: Platform) -> None:
    settings, registry = trained.settings, trained.resources.registry
    row = trained.rows("g1")[0]
    trained.edit(row, note=f"{row['note']}.")
    assert trained.run_game("g1").success
    said = why(settings.model_copy(update={"retrain_longest_wait_s": 1e-9}), registry, trained.notes)
    assert said.startswith("waiting: 1 game only worded otherwise (1 note), 4 needed for v2")
    trained.edit(row, note=f"{row['note']}!", classification="4PT_MISS")
    assert trained.run_game("g1").success
    said = why(settings, registry, trained.notes)
    assert said.startswith("waiting: 1 changed game (1 label, 1 note), 4 needed for v2")
    assert trained.run_game("g1").success
    assert why(settings, registry, trained.notes) == said
