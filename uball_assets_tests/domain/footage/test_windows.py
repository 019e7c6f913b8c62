"""Windows: plays found in motion energy that was drawn with known plays in it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from uball_assets.domain.footage.angles import Side
from uball_assets.domain.footage.windows import EnergySeries, propose_windows

PLAYS = [(5.0, 12.0), (20.0, 26.0), (40.0, 49.0), (60.0, 61.5), (75.0, 81.0)]
Spans = Sequence[tuple[float, float]]


def drawn(
    plays: Spans,
    *,
    gain: float = 5.0,
    noise: float = 0.15,
    seed: int = 1,
    scale: float = 1.0,
    until_s: float = 100.0,
) -> EnergySeries:
    """One camera, 10 samples a second: energy 1 idle, 1 + gain in play, log-normal noise, its own scale."""
    times = np.arange(0.0, until_s, 0.1)
    energy = np.ones_like(times)
    for start_s, end_s in plays:
        energy[(times >= start_s) & (times < end_s)] += gain
    return times, scale * energy * np.exp(np.random.default_rng(seed).normal(0, noise, times.size))


def found(*cameras: EnergySeries) -> Spans:
    return [(window.start_s, window.end_s) for _, window in propose_windows({Side.LEFT: cameras})]


def assert_close(spans: Spans, plays: Spans, within_s: float = 0.6) -> None:
    assert len(spans) == len(plays)
    np.testing.assert_allclose(spans, plays, atol=within_s)


@pytest.mark.parametrize(
    "cameras",
    [
        pytest.param([drawn(PLAYS)], id="one camera"),
        pytest.param([drawn(PLAYS), drawn(PLAYS, seed=2, scale=1e4)], id="two cameras of unlike scale"),
        pytest.param([drawn(PLAYS, noise=0.5), drawn(PLAYS, noise=0.5, seed=2)], id="noisy"),
        pytest.param([drawn(PLAYS, gain=1.2)], id="weak motion"),
        pytest.param([drawn(PLAYS), drawn([], noise=0.0)], id="second camera shows nothing"),
        pytest.param([drawn(PLAYS), drawn([(5, 12)], until_s=15.0)], id="second camera stops early"),
    ],
)
def test_every_play_is_found_where_it_was_drawn(cameras: list[EnergySeries]) -> None:
    assert_close(found(*cameras), PLAYS)


@pytest.mark.parametrize(
    "cameras",
    [
        pytest.param([], id="no camera"),
        pytest.param([drawn([], noise=0.0)], id="constant"),
        pytest.param([drawn([], noise=0.0, scale=0.0)], id="black"),
        pytest.param([drawn([], noise=0.3)], id="noise alone"),
        pytest.param([(np.array([]), np.array([]))], id="no sample"),
        pytest.param([(np.array([1.0]), np.array([2.0]))], id="one sample"),
        pytest.param([(np.arange(50.0), np.full(50, np.nan))], id="not a number"),
    ],
)
def test_a_side_that_shows_no_play_has_no_window(cameras: list[EnergySeries]) -> None:
    assert found(*cameras) == []


def test_no_sides_no_windows() -> None:
    assert propose_windows({}) == []


@pytest.mark.parametrize(
    ("drawn_plays", "expected"),
    [
        pytest.param([(10, 15), (15.4, 20)], [(10, 20)], id="a short stillness is bridged"),
        pytest.param([(10, 15), (17, 22)], [(10, 15), (17, 22)], id="a long one parts two plays"),
        pytest.param([(10, 15), (30, 30.3)], [(10, 15)], id="a flash is no play"),
        pytest.param([(10, 15), (30, 30.8)], [(10, 15)], id="under a second is no play"),
        pytest.param([(0, 5), (92, 100)], [(0, 5), (92, 100)], id="at the very ends"),
    ],
)
def test_stretches_are_joined_parted_and_dropped(drawn_plays: Spans, expected: Spans) -> None:
    assert_close(found(drawn(drawn_plays, noise=0.02)), expected)


def test_a_long_stretch_is_split_at_its_deepest_valley() -> None:
    times, energy = drawn([(10, 34)], gain=10.0, noise=0.02)
    energy[(times >= 21) & (times < 22.5)] *= 0.7
    spans = found((times, energy))
    assert len(spans) == 2
    assert spans[0][1] == spans[1][0]
    assert 21 <= spans[0][1] <= 22.5


def test_windows_of_one_side_never_overlap_and_none_is_too_long() -> None:
    generator = np.random.default_rng(5)
    starts = np.cumsum(generator.uniform(1.0, 30.0, 40))
    plays = [(float(start), float(start + generator.uniform(0.5, 20))) for start in starts]
    spans = found(drawn(plays, until_s=float(starts[-1]) + 30), drawn(plays, seed=2, until_s=500.0))
    assert spans
    assert all(1.0 <= end_s - start_s <= 15.0 for start_s, end_s in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_both_sides_may_be_active_at_once_and_are_listed_by_start() -> None:
    windows = propose_windows({Side.RIGHT: [drawn([(12, 18), (40, 45)])], Side.LEFT: [drawn([(10, 16)])]})
    assert [side for side, _ in windows] == [Side.LEFT, Side.RIGHT, Side.RIGHT]
    assert windows[0][1].end_s > windows[1][1].start_s


def test_a_hole_in_the_samples_is_idle_not_play() -> None:
    times, energy = drawn([(10, 18), (50, 58)])
    seen = (times < 17) | (times > 51)
    assert_close(found((times[seen], energy[seen])), [(10, 17), (51, 58)], within_s=1.0)


def test_samples_that_claim_to_be_a_microsecond_apart_cost_no_memory() -> None:
    times, energy = drawn([(10, 18)])
    crowded = np.sort(np.concatenate([times, times + 1e-6, times + 2e-6]))
    assert_close(found((crowded, np.repeat(energy, 3))), [(10, 18)])


def test_rare_samples_still_give_windows_of_a_sound_length() -> None:
    times = np.arange(0.0, 600.0, 20.0)
    spans = found((times, np.where((times > 100) & (times < 200), 9.0, 1.0)))
    assert spans
    assert all(1.0 <= end_s - start_s <= 15.0 for start_s, end_s in spans)
    assert all(80 <= start_s <= end_s <= 220 for start_s, end_s in spans)


@pytest.mark.parametrize(("gap_s", "window_count"), [(0.56, 1), (0.8, 2)], ids=["bridged", "parted"])
def test_a_stillness_longer_than_the_smoothing_hides_is_bridged_up_to_its_limit(
    gap_s: float, window_count: int
) -> None:
    times = np.arange(0.0, 40.0, 0.04)
    still = (times >= 15) & (times < 15 + gap_s)
    energy = np.where((times >= 10) & (times < 20) & ~still, 9.0, 1.0)
    assert len(found((times, energy))) == window_count
