"""What lags say of cameras: consensus, chance fits, ties, clocks."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import pytest

from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.sync import Accepted, CameraSync, Lag, SyncAudit, Verdict
from uball_assets.domain.footage.sync_verdict import believable, judge, keeps_out

FL, NL, FR, NR = Angle
TIMES_S = (0.0, 3000.0, 6000.0)
STORED_S = {FL: 0.0, NL: 1.5, FR: -2.25, NR: 10.0}


def lags_of(
    off_by_s: Mapping[Angle, float],
    drift_ppm: Mapping[Angle, float] | None = None,
    times_s: tuple[float, ...] = TIMES_S,
    confidence: float = 0.8,
) -> list[Lag]:
    drift_ppm = drift_ppm or {}

    def late_s(angle: Angle, at_game_s: float) -> float:
        return off_by_s[angle] + drift_ppm.get(angle, 0.0) * 1e-6 * (at_game_s - sum(times_s) / len(times_s))

    return [
        Lag(first, second, at_game_s, late_s(second, at_game_s) - late_s(first, at_game_s), confidence)
        for at_game_s in times_s
        for first, second in combinations(off_by_s, 2)
    ]


def judged(lags: list[Lag]) -> dict[Angle, CameraSync]:
    return {camera.angle: camera for camera in judge(STORED_S, lags, {}, 30.0)}


AGREES, DISAGREES, ONE_OF_TWO, UNKNOWN = Verdict


@pytest.mark.parametrize(
    ("off_by_s", "expected"),
    [
        ({FL: 0, NL: 0, FR: 0, NR: 0}, [AGREES] * 4),
        ({FL: 5, NL: 5, FR: 5, NR: 5}, [AGREES] * 4),
        ({FL: 0, NL: 0.08, FR: -0.08, NR: 0.16}, [AGREES] * 4),
        ({FL: 0, NL: 0, FR: 0.4, NR: 0}, [AGREES, AGREES, DISAGREES, AGREES]),
        ({FL: 0, NL: 0, FR: 20, NR: -9}, [AGREES, AGREES, DISAGREES, DISAGREES]),
        ({FL: 0, NL: 0, FR: 3, NR: 3}, [ONE_OF_TWO] * 4),
        ({FL: 0, NL: 2, FR: 4, NR: 6}, [ONE_OF_TWO] * 4),
        ({FL: 0, NL: 0, FR: 7}, [AGREES, AGREES, DISAGREES, UNKNOWN]),
        ({FL: 0, NL: 3}, [ONE_OF_TWO, ONE_OF_TWO, UNKNOWN, UNKNOWN]),
        ({FL: 0, NL: 0.1}, [AGREES, AGREES, UNKNOWN, UNKNOWN]),
    ],
    ids=[
        "all right",
        "all wrong alike cannot be heard",
        "sound travels",
        "one wrong by 0.4 s",
        "two wrong, each its own way",
        "two against two",
        "each its own",
        "three, one wrong",
        "two, apart",
        "two, together",
    ],
)
def test_the_most_that_agree_are_right_and_a_tie_accuses_nobody(
    off_by_s: Mapping[Angle, float], expected: list[Verdict]
) -> None:
    cameras = judged(lags_of(off_by_s))
    assert [cameras[angle].verdict for angle in Angle] == expected


def test_a_wrong_offset_says_what_is_stored_what_fits_and_with_whom() -> None:
    camera = judged(lags_of({FL: 0, NL: -3.2, FR: 0.02, NR: -0.02}))[NL]
    assert camera.measured_offset_s == -1.7
    assert camera.reason == (
        "+1.50 s is stored, -1.70 s fits the sound of FAR_LEFT, FAR_RIGHT, NEAR_RIGHT: off by -3.20 s"
    )


def test_where_one_of_two_is_wrong_each_is_told_its_offset_if_it_is_that_one() -> None:
    cameras = judged(lags_of({FL: 0, NL: 3}))
    assert (cameras[FL].measured_offset_s, cameras[NL].measured_offset_s) == (-3.0, 4.5)
    assert "either side may be wrong" in cameras[FL].reason


def test_four_that_all_disagree_are_given_no_value() -> None:
    assert {
        camera.measured_offset_s for camera in judged(lags_of({FL: 0, NL: 2, FR: 4, NR: 6})).values()
    } == {None}


@pytest.mark.parametrize("wrong_s", [17.0, -1.8])
def test_a_chance_fit_in_one_place_counts_for_nothing(wrong_s: float) -> None:
    """Of every pair of one camera."""
    lags = lags_of(dict.fromkeys(Angle, 0.0))
    spoiled = [
        Lag(lag.first, lag.second, lag.at_game_s, wrong_s, 0.95)
        if lag.at_game_s == TIMES_S[2] and NL in (lag.first, lag.second)
        else lag
        for lag in lags
    ]
    cameras = judged(spoiled)
    assert {camera.verdict for camera in cameras.values()} == {AGREES}


def test_one_pair_that_contradicts_the_others_is_outweighed() -> None:
    lags = [
        Lag(FL, NL, lag.at_game_s, 9.0, 0.9) if (lag.first, lag.second) == (FL, NL) else lag
        for lag in lags_of(dict.fromkeys(Angle, 0.0))
    ]
    assert {camera.verdict for camera in judged(lags).values()} == {AGREES}


def test_one_place_alone_proves_nothing() -> None:
    cameras = judged(lags_of({FL: 0, NL: 4, FR: 0, NR: 0}, times_s=(100.0,)))
    assert {camera.verdict for camera in cameras.values()} == {UNKNOWN}


def test_unsure_fits_prove_nothing() -> None:
    assert believable(lags_of({FL: 0, NL: 4}, confidence=0.29)) == []
    assert len(believable(lags_of({FL: 0, NL: 4}, confidence=0.31))) == 3


@pytest.mark.parametrize(("ppm", "verdict"), [(80.0, AGREES), (90.0, DISAGREES), (-200.0, DISAGREES)])
def test_a_clock_matters_where_it_shifts_the_ends_by_more_than_the_limit(
    ppm: float, verdict: Verdict
) -> None:
    """3000 s either way: 83 ppm are 0.25 s."""
    camera = judged(lags_of(dict.fromkeys(Angle, 0.0), {FR: ppm}))[FR]
    assert camera.verdict is verdict
    assert camera.drift_ppm == pytest.approx(ppm, abs=0.1)
    assert camera.drift_ms_per_hour == pytest.approx(ppm * 3.6, abs=0.5)


def test_an_impossible_clock_is_a_contradiction_not_a_drift() -> None:
    cameras = judged(lags_of({FL: 0, NL: 0}, {NL: 900.0}))
    assert {camera.verdict for camera in cameras.values()} == {UNKNOWN}


def test_complaints_are_of_those_the_sound_speaks_against() -> None:
    cameras = judge(STORED_S, lags_of({FL: 0, NL: 0, FR: 7}), {NR: "it has no sound track"}, 30.0)
    audit = SyncAudit("g1", "h", (), cameras, ())
    [complaint] = audit.complaints
    assert complaint.startswith("sync offset of FAR_RIGHT: -2.25 s is stored, +4.75 s fits")
    assert cameras[-1].reason == "it has no sound track"


def audit_of(off_by_s: Mapping[Angle, float], *accepted: Angle) -> SyncAudit:
    cameras = tuple(judged(lags_of(off_by_s)).values())
    words = tuple(
        Accepted(angle, "Ana", "watched both videos", "2026-03-18T12:00:00+00:00") for angle in accepted
    )
    return SyncAudit("g1", "h", (), cameras, (), words)


@pytest.mark.parametrize(
    ("off_by_s", "length_s", "kept_out"),
    [
        ({FL: 0, NL: 0, FR: 7, NR: 0}, 3.0, [FR]),
        ({FL: 0, NL: 0, FR: 7, NR: 0}, 8.0, []),
        ({FL: 0, NL: 0, FR: -7, NR: 9}, 3.0, [FR, NR]),
        ({FL: 0, NL: 0, FR: 2.5, NR: 0}, 3.0, []),
        ({FL: 0, NL: 0, FR: 7, NR: 7}, 3.0, [FL, NL, FR, NR]),
        ({FL: 0, NL: 7}, 3.0, [FL, NL]),
        ({FL: 0, NL: 4, FR: 8, NR: 12}, 3.0, [FL, NL, FR, NR]),
        ({FL: 0, NL: 2, FR: 4, NR: 6}, 3.0, []),
        ({FL: 0, NL: 0, FR: 0, NR: 0}, 3.0, []),
    ],
    ids=[
        "further than a play",
        "less than a long play",
        "two, each its own way",
        "a part of a play",
        "two against two",
        "two, apart",
        "each its own",
        "each its own, near",
        "all right",
    ],
)
def test_a_camera_that_shows_other_seconds_than_its_plays_waits_for_a_person(
    off_by_s: Mapping[Angle, float], length_s: float, kept_out: list[Angle]
) -> None:
    audit, lengths_s = audit_of(off_by_s), [length_s - 1, length_s, length_s + 20]
    assert [angle for angle in Angle if keeps_out(audit, angle, lengths_s)] == sorted(
        kept_out, key=list(Angle).index
    )


def test_what_a_person_accepted_is_learned_from_and_no_complaint_any_more() -> None:
    off_by_s = {FL: 0.0, NL: 0.0, FR: 7.0, NR: 0.0}
    doubted, accepted = audit_of(off_by_s), audit_of(off_by_s, FR)
    assert keeps_out(doubted, FR, [3.0]) == (
        "its sound speaks against its stored offset by 7.0 s, and plays last 3.0 s: "
        "its clips would show other seconds"
    )
    assert len(doubted.complaints) == 1
    assert keeps_out(accepted, FR, [3.0]) is None
    assert accepted.complaints == ()


def test_a_camera_without_plays_or_without_an_audit_is_not_kept_out() -> None:
    audit = audit_of({FL: 0.0, NL: 0.0, FR: 7.0})
    assert keeps_out(audit, FR, []) is None
    assert keeps_out(audit, NR, [3.0]) is None
