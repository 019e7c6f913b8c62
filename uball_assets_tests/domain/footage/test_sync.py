"""Listening and judging together, on sound of four microphones: what is found, and that nobody is accused
falsely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.sync import (
    CameraSync,
    Lag,
    SyncAudit,
    Verdict,
    measure_lags,
    places_to_listen,
)
from uball_assets.domain.footage.sync_verdict import judge
from uball_assets.domain.footage.timeline import Window
from uball_assets_tests.halls import Hall

FL, NL, FR, NR = Angle
AGAINST = (Verdict.DISAGREES, Verdict.ONE_OF_TWO)
WINDOW_S = 15.0
SHORT, LONG = (0.0, 15.0, 30.0), (0.0, 3600.0, 7200.0)
"""Where the three places begin: a minute of game, and two hours of it."""


def audit(
    hall: Hall, starts_s: Sequence[float] = SHORT, without: Mapping[Angle, str] | None = None
) -> dict[Angle, CameraSync]:
    offsets_s, lags = dict.fromkeys(Angle, 0.0), list[Lag]()
    for start_s in starts_s:
        heard = hall.heard(start_s, WINDOW_S, starts_s[1])
        heard = {angle: sound for angle, sound in heard.items() if angle not in (without or {})}
        lags += measure_lags(heard, offsets_s)
    return {camera.angle: camera for camera in judge(offsets_s, lags, without or {}, WINDOW_S / 2)}


def verdicts(cameras: Mapping[Angle, CameraSync]) -> list[Verdict]:
    return [cameras[angle].verdict for angle in Angle]


@pytest.mark.parametrize("snr_db", [20.0, -5.0])
@pytest.mark.parametrize("seed", [1, 2])
def test_right_offsets_are_never_accused_and_one_wrong_one_is_found(seed: int, snr_db: float) -> None:
    """Clocks of up to 100 ppm, echoes of more than a second, every gain its own."""
    drifts = {FL: 100.0, NL: -100.0, FR: 30.0}
    right = audit(Hall(seed, snr_db, drift_ppm=drifts))
    assert verdicts(right) == [Verdict.AGREES] * 4
    wrong = audit(Hall(seed, snr_db, off_by_s={NL: -3.2}, drift_ppm=drifts))
    assert verdicts(wrong) == [Verdict.AGREES, Verdict.DISAGREES, Verdict.AGREES, Verdict.AGREES]
    assert wrong[NL].off_by_s == pytest.approx(-3.2, abs=0.1)


@pytest.mark.parametrize("seed", [1, 2])
def test_noise_that_drowns_the_hall_accuses_nobody(seed: int) -> None:
    cameras = audit(Hall(seed, snr_db=-25.0))
    assert verdicts(cameras) == [Verdict.UNKNOWN] * 4
    assert "fits no other camera's" in cameras[FL].reason


@pytest.mark.parametrize("seed", [1, 2])
def test_a_camera_from_another_hall_cannot_be_told_and_the_others_are_not_harmed(seed: int) -> None:
    cameras = audit(Hall(seed, unrelated=frozenset({FR})))
    assert verdicts(cameras) == [Verdict.AGREES, Verdict.AGREES, Verdict.UNKNOWN, Verdict.AGREES]


@pytest.mark.parametrize(
    ("ppm", "verdict"),
    [(0.0, Verdict.AGREES), (30.0, Verdict.AGREES), (100.0, Verdict.DISAGREES), (-200.0, Verdict.DISAGREES)],
)
def test_the_drift_of_a_clock_is_measured_and_matters_where_it_shifts_clips(
    ppm: float, verdict: Verdict
) -> None:
    """Two hours: 30 ppm are 0.1 s at either end, 100 ppm 0.36 s."""
    cameras = audit(Hall(3, drift_ppm={NR: ppm}), LONG)
    assert verdicts(cameras) == [Verdict.AGREES] * 3 + [verdict]
    assert cameras[NR].drift_ppm == pytest.approx(ppm, abs=10)
    assert ("drifts" in cameras[NR].reason) == (verdict is Verdict.DISAGREES)


def test_the_clock_of_a_short_stretch_is_not_told() -> None:
    assert audit(Hall(3))[NR].drift_ppm is None


def test_two_cameras_that_disagree_are_both_named_and_neither_is_accused() -> None:
    cameras = audit(Hall(4, off_by_s={FL: 2.0}), without=dict.fromkeys((FR, NR), "it has no sound track"))
    assert verdicts(cameras) == [Verdict.ONE_OF_TWO, Verdict.ONE_OF_TWO, Verdict.UNKNOWN, Verdict.UNKNOWN]
    assert cameras[FL].off_by_s == pytest.approx(2.0, abs=0.1)
    assert cameras[NL].off_by_s == pytest.approx(-2.0, abs=0.1)
    assert cameras[FR].reason == "it has no sound track"


FilmED = Window(0.0, 9000.0)


@pytest.mark.parametrize(
    ("footage", "starts_s", "length_s", "left_out"),
    [
        (dict.fromkeys(Angle, FilmED), [0, 4470, 8940], 60, set()),
        ({**dict.fromkeys(Angle, FilmED), FL: Window(-3, 100)}, [0, 33.3, 66.7], 33.3, set()),
        ({**dict.fromkeys(Angle, FilmED), FL: Window(0, 20)}, [0, 4470, 8940], 60, {FL}),
        ({**dict.fromkeys(Angle, FilmED), FL: Window(9500, 9900)}, [0, 4470, 8940], 60, {FL}),
        ({FL: FilmED}, [], 0, {FL}),
        ({FL: FilmED, FR: Window(0, 20)}, [], 0, {FL, FR}),
        ({}, [], 0, set()),
    ],
    ids=["whole", "one ends early", "one ends at once", "one at another time", "alone", "two", "none"],
)
def test_it_listens_at_the_start_the_middle_and_the_end_of_what_all_filmed(
    footage: dict[Angle, Window], starts_s: list[float], length_s: float, left_out: set[Angle]
) -> None:
    places, reasons = places_to_listen(footage)
    assert [place.start_s for place in places] == pytest.approx(starts_s, abs=0.1)
    assert all(place.duration_s == pytest.approx(length_s, abs=0.1) for place in places)
    assert set(reasons) == left_out


def test_an_offset_is_found_that_is_half_a_place_off() -> None:
    assert SyncAudit("g1", "h", (Window(0, 20), Window(20, 40)), (), ()).search_s == 10
    assert SyncAudit("g1", "h", (), (), ()).search_s == 0
