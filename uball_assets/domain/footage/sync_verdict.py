"""What the lags between cameras say of each camera's stored offset and clock, and what is a disagreement.

Belongs here: the judgement. Not here: where and how lags are measured (`sync`, `cross_correlation`).

A pair of cameras counts only if two places tell the same: a chance fit does not repeat. Sound tells offsets
only against each other, so those that most cameras agree on are right; where as many stand against as many,
the audit says just that and accuses nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.sync import AGAINST, CameraSync, Lag, SyncAudit, Verdict

DISAGREES_FROM_S = 0.25
"""Above what a hall can feign: sound crosses its 28 m in 82 ms, so two cameras seem to move by up to 0.16 s
from one end's noise to the other's. Below what spoils a clip: people mark plays to about 0.3 s."""
TRAVEL_S = 0.16
WORST_CLOCK = 500e-6
"""No camera's quartz is this bad (20 to 100 parts per million is usual): two places that differ by more than
this, and the travel of sound, contradict each other."""
CLOCK_TOLD_FROM_S = 1200.0
"""Between the first and the last place. Below, a clock off by 200 ppm stays under `DISAGREES_FROM_S`, and the
travel of sound alone looks like 130 ppm."""
SURE_FROM = 0.3
"""A pair's least confidence in one place: 1 in 100 fits of unrelated sound reaches it
(`uball_assets_tests/domain/footage/test_sync.py` measures what is left after two places had to agree)."""


def judge(
    offsets_s: Mapping[Angle, float], lags: Sequence[Lag], unheard: Mapping[Angle, str], search_s: float
) -> tuple[CameraSync, ...]:
    """Each camera's verdict from all lags; `unheard` says why a camera could not be listened to."""
    sound_lags = believable(lags)
    connected = _connected(sound_lags)
    cameras = _judge_connected(offsets_s, [lag for lag in sound_lags if lag.first in connected], connected)
    nothing = (
        f"its sound fits no other camera's within {search_s:.0f} s: a dead microphone, the video of another "
        "game, or an offset further off"
    )
    for angle in sorted(set(offsets_s) - connected):
        reason = unheard.get(angle) or nothing
        cameras.append(CameraSync(angle, Verdict.UNKNOWN, offsets_s[angle], reason=reason))
    return tuple(sorted(cameras, key=lambda camera: camera.angle))


def keeps_out(audit: SyncAudit, angle: Angle, play_lengths_s: Sequence[float]) -> str | None:
    """Why this camera's clips are not to be learned from until a person decides; None: they may be.

    Off by less than a play lasts, most clips still show most of their play, and the grade says so. Off by
    more, they show what happened before or after it. Where either of two may be wrong, both wait.
    """
    camera = audit.camera(angle)
    if camera is None or camera.verdict not in AGAINST or audit.acceptance(angle) or not play_lengths_s:
        return None
    off_s = camera.apart_s if camera.off_by_s is None else abs(camera.off_by_s)
    length_s = float(np.median(play_lengths_s))
    if off_s is None or off_s <= length_s:
        return None
    told = (
        "its sound speaks against its stored offset"
        if camera.verdict is Verdict.DISAGREES
        else ("the sound says that its stored offset or another camera's is wrong")
    )
    return f"{told} by {off_s:.1f} s, and plays last {length_s:.1f} s: its clips would show other seconds"


def believable(lags: Iterable[Lag]) -> list[Lag]:
    """The sure lags of each pair, as far as at least two places tell the same."""
    pairs: dict[tuple[Angle, Angle], list[Lag]] = {}
    for lag in lags:
        if lag.confidence >= SURE_FROM:
            pairs.setdefault((lag.first, lag.second), []).append(lag)
    return [lag for of_pair in pairs.values() for lag in _most_in_agreement(of_pair)]


def _most_in_agreement(lags: Sequence[Lag]) -> tuple[Lag, ...]:
    """Of several sets as large, the one whose lags differ least."""
    for count in range(len(lags), 1, -1):
        agreeing = [
            chosen
            for chosen in combinations(lags, count)
            if all(_tell_the_same(*two) for two in combinations(chosen, 2))
        ]
        if agreeing:
            return min(agreeing, key=lambda chosen: np.ptp([lag.lag_s for lag in chosen]))
    return ()


def _tell_the_same(one: Lag, other: Lag) -> bool:
    possible_s = TRAVEL_S + WORST_CLOCK * abs(one.at_game_s - other.at_game_s)
    return abs(one.lag_s - other.lag_s) <= possible_s


def _connected(lags: Sequence[Lag]) -> frozenset[Angle]:
    """The largest set of cameras that lags lead through."""
    sets: list[frozenset[Angle]] = []
    for lag in lags:
        ends = frozenset((lag.first, lag.second))
        touching = [each for each in sets if each & ends]
        sets = [each for each in sets if not each & ends] + [ends.union(*touching)]
    return max(sets, key=len, default=frozenset())


def _judge_connected(
    offsets_s: Mapping[Angle, float], lags: Sequence[Lag], angles: frozenset[Angle]
) -> list[CameraSync]:
    if not angles:
        return []
    clocks = solve(lags, sorted(angles))
    sides = _sides({angle: clock.off_by_s for angle, clock in clocks.items()})
    return [
        _verdict(angle, offsets_s[angle], clocks, sides, _mean_confidence(angle, lags))
        for angle in sorted(angles)
    ]


@dataclass(frozen=True)
class Clock:
    """One camera's clock against the others': `off_by_s` in the middle, changing by `drift` a second."""

    off_by_s: float
    drift: float
    is_drift_told: bool
    span_s: float
    """Between the first and the last place."""


def solve(lags: Sequence[Lag], angles: Sequence[Angle]) -> dict[Angle, Clock]:
    """Weighted least squares over all lags, the weight of a lag that fits ill lowered in turns.

    One unknown offset a camera, and one drift where the places are far enough apart; only their differences
    are determined, and come out with mean 0.
    """
    times_s = np.array([lag.at_game_s for lag in lags])
    span_s, middle_s = float(np.ptp(times_s)), float(times_s.max() + times_s.min()) / 2
    is_drift_told = span_s >= CLOCK_TOLD_FROM_S
    signs = np.array([[(each is lag.second) * 1.0 - (each is lag.first) for each in angles] for lag in lags])
    along = (times_s - middle_s)[:, None] / max(span_s, 1.0)
    rows = np.hstack([signs, signs * along * is_drift_told])
    measured_s = np.array([lag.lag_s for lag in lags])
    weight = np.array([lag.confidence for lag in lags])
    trust = np.ones(len(lags))
    for _ in range(10):
        each = np.sqrt(weight * trust)
        solved = np.linalg.lstsq(rows * each[:, None], measured_s * each, rcond=None)[0]
        trust = 0.05 / np.maximum(np.abs(rows @ solved - measured_s), 0.05)
    count = len(angles)
    return {
        angle: Clock(float(solved[n]), float(solved[count + n]) / max(span_s, 1.0), is_drift_told, span_s)
        for n, angle in enumerate(angles)
    }


def _sides(off_by_s: Mapping[Angle, float]) -> list[list[Angle]]:
    """The cameras that agree with one of them, the most there are; several sets where that is a tie."""
    sets = [
        frozenset(other for other in off_by_s if abs(off_by_s[other] - off_by_s[angle]) <= DISAGREES_FROM_S)
        for angle in sorted(off_by_s)
    ]
    largest = max(len(each) for each in sets)
    apart: list[frozenset[Angle]] = []
    for each in sets:
        if len(each) == largest and not any(each & other for other in apart):
            apart.append(each)
    return [sorted(each) for each in apart]


def _verdict(
    angle: Angle,
    stored_s: float,
    clocks: Mapping[Angle, Clock],
    sides: Sequence[Sequence[Angle]],
    confidence: float,
) -> CameraSync:
    others = [side for side in sides if angle not in side] if len(sides) > 1 else list(sides)
    if len(others) != 1:
        reason = "no two cameras agree by their sound: which is wrong cannot be told"
        own_s = clocks[angle].off_by_s
        apart_s = min(abs(own_s - clock.off_by_s) for other, clock in clocks.items() if other is not angle)
        return CameraSync(
            angle,
            Verdict.ONE_OF_TWO,
            stored_s,
            confidence=confidence,
            reason=reason,
            apart_s=round(apart_s, 4),
        )
    own, judges = clocks[angle], [clocks[other] for other in others[0]]
    off_by_s = own.off_by_s - float(np.median([judge.off_by_s for judge in judges]))
    drift = own.drift - float(np.median([judge.drift for judge in judges]))
    ends_s = [off_by_s - drift * own.span_s / 2, off_by_s + drift * own.span_s / 2]
    drift_ppm = round(drift * 1e6, 1) if own.is_drift_told else None
    found = CameraSync(angle, Verdict.AGREES, stored_s, round(off_by_s, 4), drift_ppm, confidence)
    if len(sides) > 1:
        return _judged(found, Verdict.ONE_OF_TWO, _one_of_two(found, others[0]))
    if abs(off_by_s) > DISAGREES_FROM_S:
        return _judged(
            found, Verdict.DISAGREES, _wrong_offset(found, [a for a in others[0] if a is not angle])
        )
    if max(map(abs, ends_s)) > DISAGREES_FROM_S:
        return _judged(found, Verdict.DISAGREES, _wrong_clock(found, ends_s))
    return found


def _judged(found: CameraSync, verdict: Verdict, reason: str) -> CameraSync:
    return replace(found, verdict=verdict, reason=reason)


def _wrong_offset(found: CameraSync, agreeing: Sequence[Angle]) -> str:
    return (
        f"{found.stored_offset_s:+.2f} s is stored, {found.measured_offset_s:+.2f} s fits the sound of "
        f"{', '.join(agreeing)}: off by {found.off_by_s:+.2f} s"
    )


def _wrong_clock(found: CameraSync, ends_s: Sequence[float]) -> str:
    where, off_s = max(zip(("start", "end"), ends_s, strict=True), key=lambda end: abs(end[1]))
    return (
        f"its clock drifts by {found.drift_ms_per_hour:+.0f} ms an hour: off by {off_s:+.2f} s at the "
        f"{where} of the game, {found.off_by_s:+.2f} s in the middle"
    )


def _one_of_two(found: CameraSync, others: Sequence[Angle]) -> str:
    return (
        f"{found.stored_offset_s:+.2f} s does not fit the sound of {', '.join(others)}: either side may be "
        f"wrong; if it is this one, {found.measured_offset_s:+.2f} s is right"
    )


def _mean_confidence(angle: Angle, lags: Sequence[Lag]) -> float:
    of_angle = [lag.confidence for lag in lags if angle in (lag.first, lag.second)]
    return round(float(np.mean(of_angle)), 3)
