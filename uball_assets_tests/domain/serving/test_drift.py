"""Drift is found, and a season without it stays quiet."""

from __future__ import annotations

import pytest

from benchmarks.gates import seasons
from uball_assets.domain.serving.drift import Baseline, GameResult, Line, watch

KNOWN = Baseline(0.88, 1_000_000)


def season(*rights: int, plays: int = 10) -> list[GameResult]:
    return [GameResult(f"g{place}", right, plays - right) for place, right in enumerate(rights)]


@pytest.mark.parametrize(
    ("games", "says"),
    [
        ([], "not enough yet: no game that was new to the model"),
        (season(9, 9, 9), "not enough yet: 20 more plays of new games until 50"),
        (season(9, 9, 9, 9, 9), "no drift: 90% of the last 50 plays right, above the line of 83%"),
        (season(9, 8, 8, 8, 8), "no drift: 82% of the last 50 plays right, below the line of 83%"),
        (season(*[5] * 12), "drift: evidence "),
    ],
)
def test_a_person_reads_what_is_so_and_what_is_missing(games: list[GameResult], says: str) -> None:
    assert str(watch(games, KNOWN)).startswith(says)


@pytest.mark.parametrize(
    ("baseline", "missing"),
    [(None, 50), (Baseline(1.0, 4), 46), (Baseline(0.9, 49), 1), (Baseline(0.9, 50), 0)],
)
def test_a_score_of_few_plays_is_no_baseline(baseline: Baseline | None, missing: int) -> None:
    drift = watch(season(*[3] * 12), baseline)
    assert drift.is_alarm == (missing == 0)
    assert str(drift).startswith(f"not enough yet: {missing} more plays" if missing else "drift:")


def test_window_and_line_are_a_persons_to_set() -> None:
    drift = watch(season(9, 9), KNOWN, Line(window_plays=20, points=1.0))
    assert str(drift).startswith("no drift: 90% of the last 20 plays right, above the line of 87%")


def test_evidence_stays_a_number_however_long_drift_stands() -> None:
    assert watch(season(*[0] * 2000), KNOWN).points[-1].evidence <= 1e12


def test_the_window_takes_the_oldest_game_by_its_share() -> None:
    drift = watch([GameResult("a", 0, 20), GameResult("b", 40, 0)], KNOWN)
    assert drift.points[-1].recent_accuracy == 0.8


def test_one_bad_game_is_no_drift() -> None:
    assert not watch(season(9, 9, 9, 9, 3, 9), KNOWN).is_alarm


def test_games_without_plays_change_nothing() -> None:
    assert watch(season(9, 9), KNOWN).points[-1].recent_accuracy is None
    assert watch([*season(*[9] * 6), GameResult("empty", 0, 0)], KNOWN).points[-1].recent_accuracy == 0.9


@pytest.mark.parametrize("baseline", [0.0, 0.3, 0.999, 1.0])
def test_any_baseline_can_be_watched(baseline: float) -> None:
    assert watch(season(9, 9, 9, 9, 9), Baseline(baseline, 200)).points[-1].evidence >= 0


def test_at_most_six_of_a_hundred_seasons_without_drift_raise_an_alarm() -> None:
    assert seasons(drop_points=0, runs=200)[0] <= 6


def test_a_baseline_that_was_measured_on_few_plays_cries_wolf_no_more_often() -> None:
    assert seasons(drop_points=0, runs=200, baseline_plays=50)[0] <= 6


def test_a_drop_of_ten_points_is_found_within_fourteen_games() -> None:
    share, median_games = seasons(drop_points=10, runs=200)
    assert share >= 95
    assert median_games is not None
    assert 0 < median_games <= 14
