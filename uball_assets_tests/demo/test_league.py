"""The demo league's plan: repeatable, mixed as promised, and as messy as promised."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import pytest

from uball_assets.demo.league import PLAYS_PER_GAME, Batch, DemoGame, league
from uball_assets.demo.mess import Broken
from uball_assets.domain.footage.angles import CAMERAS, Angle, Side, angle_of, side_of
from uball_assets.domain.plays import labels
from uball_assets.domain.plays.plays import check_rows


@pytest.fixture(scope="module")
def batches() -> list[Batch]:
    return league(7)


def games(batches: list[Batch]) -> list[DemoGame]:
    return [game for batch in batches for game in batch.games]


def whys(game: DemoGame) -> str:
    return " | ".join(entry.why for entry in check_rows(game.plays, {})[1])


def test_the_same_seed_plans_the_same_league(batches: list[Batch]) -> None:
    # NaN differs from itself, so the written form is compared.
    assert repr(league(7)) == repr(batches)
    assert repr(league(8)) != repr(batches)


def test_batches_bring_one_four_and_five_games_to_learn_from_and_two_others(batches: list[Batch]) -> None:
    assert [len(batch.games) for batch in batches] == [1, 5, 6]
    assert len({game.game_id for game in games(batches)}) == 12


def test_no_label_dominates_and_every_long_shot_is_an_eighth(batches: list[Batch]) -> None:
    for game in games(batches):
        counts = Counter(play["classification"] for play in game.truth)
        assert max(counts.values()) <= 0.2 * len(game.truth)
        for label in ("3PT_MAKE", "3PT_MISS", "4PT_MAKE", "4PT_MISS"):
            assert 0.12 <= counts[label] / len(game.truth) <= 0.14


def test_every_true_row_is_sound_and_its_plays_do_not_touch(batches: list[Batch]) -> None:
    for game in games(batches):
        plays, quarantined = check_rows(game.truth, {})
        assert not quarantined
        assert len(plays) == len(game.truth)
        for before, after in pairwise(plays):
            assert after.window.start_s - before.window.end_s >= 1.0


def test_people_write_times_a_little_off_but_never_by_a_second(batches: list[Batch]) -> None:
    game = batches[0].games[0]
    off = [
        abs(row[column] - true[column])
        for row, true in zip(game.plays, game.truth, strict=True)
        for column in ("start_timestamp", "end_timestamp", "timestamp_seconds")
    ]
    assert 0 < max(off) < 0.5


def test_the_first_games_wrong_row_is_put_right_with_the_second_batch(batches: list[Batch]) -> None:
    game, (edit,) = batches[0].games[0], batches[1].edits
    written = next(row for row in game.plays if row["id"] == edit["id"])
    true = next(row for row in game.truth if row["id"] == edit["id"])
    assert written["classification"].startswith("3PT")
    assert edit["classification"] == true["classification"] == written["classification"].replace("3", "4")
    assert edit["updated_at"] > written["updated_at"]
    assert batches[0].edits == []


@pytest.mark.parametrize(
    ("batch", "why"),
    [
        (1, "'DUNK' is not in the league's vocabulary"),
        (1, "not before its end"),
        (2, "start_timestamp is None"),
        (2, "end_timestamp is nan"),
    ],
    ids=["unknown label", "ends before it starts", "no start", "NaN end"],
)
def test_broken_rows_are_among_a_batchs_games(batches: list[Batch], batch: int, why: str) -> None:
    assert any(why in whys(game) for game in batches[batch].games)


def test_one_play_lies_past_every_cameras_end(batches: list[Batch]) -> None:
    latest = max(row["start_timestamp"] or 0.0 for game in batches[2].games for row in game.plays)
    assert latest > 10_000


def test_aliases_and_old_spellings_occur_and_are_understood(batches: list[Batch]) -> None:
    rows = [row for game in games(batches) for row in game.plays]
    assert any(row["classification"] == "TOV" for row in rows)
    assert {row["angle"] for row in rows} == {"LEFT", "RIGHT", "FAR_LEFT", "FAR_RIGHT"}
    assert all(side_of(row["angle"]) for row in rows)
    assert {row["classification"] for row in rows} - set(labels.LABELS) == {"TOV", "DUNK"}


def test_one_camera_is_missing_and_one_is_cut_off_in_games_that_still_count(batches: list[Batch]) -> None:
    broken = [dict(game.broken) for game in games(batches)]
    assert {Angle.FAR_RIGHT: Broken.MISSING} in broken
    assert {Angle.NEAR_LEFT: Broken.TRUNCATED} in broken


def test_the_game_to_refuse_has_no_camera_on_the_left_and_broken_rows(batches: list[Batch]) -> None:
    game = batches[1].games[-1]
    assert {angle for angle, how in game.broken.items() if how is Broken.MISSING} == set(CAMERAS[Side.LEFT])
    assert len(check_rows(game.plays, {})[1]) >= 3


def test_the_game_to_annotate_has_no_rows_but_has_truth(batches: list[Batch]) -> None:
    game = batches[2].games[-1]
    assert game.plays == []
    assert len(game.truth) == PLAYS_PER_GAME


def test_every_video_names_its_camera_in_some_spelling_of_the_league(batches: list[Batch]) -> None:
    videos = [video for game in games(batches) for video in game.videos]
    assert all(angle_of(video["filename"]) == video["angle"] for video in videos)
    offsets = [video["sync_offset_seconds"] for video in videos]
    assert None in offsets
    assert min(offset for offset in offsets if offset is not None) < -0.5
    assert max(offset for offset in offsets if offset is not None) > 0.5


def test_only_one_written_time_is_not_a_number(batches: list[Batch]) -> None:
    values = [value for game in games(batches) for row in game.plays for value in row.values()]
    assert sum(isinstance(value, float) and math.isnan(value) for value in values) == 1


def test_a_small_league_keeps_its_shape() -> None:
    small = league(3, plays_per_game=4, game_counts=(1, 1, 1))
    assert [len(batch.games) for batch in small] == [1, 2, 2]
    assert all(len(game.truth) == 4 for game in games(small))
