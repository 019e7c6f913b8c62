"""The gate's table: what a new model must hold beside being better, line by line.

The one look at plays right (`gate`) says whether a model is better; a model may be that and still be of no
use: it tells 3PT from 4PT no better than a coin, has lost a label, or answers half of the questions. Each
line has a value, a bound, a verdict and a sentence. A line fails only where the plays show it for sure; on
small numbers it says 'not enough yet', and how many are missing. One that fails holds a promotion.

Belongs here: the lines and their tests. Not here: how plays are scored (`domain.answers.metrics`), what a
failed line leads to (`promotion`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from uball_assets.domain.answers.calibration import calibrate
from uball_assets.domain.answers.measure_words import share
from uball_assets.domain.answers.metrics import PlayScore, Scores, distance_of, wilson
from uball_assets.domain.answers.set_measure import SetMeasure
from uball_assets.domain.serving.gate import FEWEST_GAMES, LIKELY, binomial_tail, t_test

FEWEST_PLAYS = 20
"""Of fewer, a share right is 18 points uncertain at best: no line holds on them."""
FEWEST_SURE_PLAYS = 100
"""For calibration: ten bins of ten plays."""
FEWEST_UNSEEN_PLAYS = 50
"""As many as the drift chart's window."""
_Z_LIKELY = 1.645


class Standing(StrEnum):
    HOLDS = "holds"
    FAILS = "fails"
    NOT_ENOUGH = "not enough yet"
    TOLD = "told only"
    """No bound is set: it is for people to know."""


@dataclass(frozen=True)
class Bounds:
    three_four_share: float = 0.6
    points_share: float = 0.25
    valid_share: float = 0.95
    calibration_points: float = 5.0
    seconds_per_clip: float = 6.0
    unseen_points: float = 10.0
    moment_share: float = 0.0
    """0: no bound. Nobody knows yet what a season's model reaches, and a wrong bound would hold it back."""


@dataclass(frozen=True)
class Measured:
    """What a model's lines are judged by. Plays of old scores are not told one by one: their lines wait."""

    scores: Scores
    games_learned: Collection[str] = ()
    """By it or a parent in its line: of other games it has seen nothing."""
    unseen_right: int = 0
    unseen_count: int = 0
    """Plays of whole games that were new to it when it annotated them, beside those of `scores`."""
    seconds_per_clip: float | None = None
    """As asked, several at once; None: not measured, or asked in a batch, which waits its turn."""
    measure: SetMeasure | None = None
    """None for a score from before it was kept."""


@dataclass(frozen=True)
class Line:
    name: str
    value: str
    bound: str
    standing: Standing
    sentence: str
    missing: int | None = None
    """What it takes until it can be judged, in the unit that the sentence names; None: nobody can tell."""

    def __str__(self) -> str:
        return f"{self.name} {self.standing.value}: {self.sentence}"

    def to_dict(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}


def gate_table(challenger: Measured, champion: Measured | None, bounds: Bounds) -> tuple[Line, ...]:
    """Every line, in the order in which a person asks. `champion`: on the same plays; None: there is none."""
    rival = champion.scores.plays if champion else ()
    return (
        _three_four(challenger.scores.plays, rival, bounds.three_four_share),
        _labels(challenger.scores.plays, rival),
        _points(challenger.scores.plays, bounds.points_share),
        _valid(challenger.scores, bounds.valid_share),
        _calibration(challenger.scores.plays, bounds.calibration_points),
        _unseen(challenger, bounds.unseen_points),
        _latency(challenger.seconds_per_clip, bounds.seconds_per_clip),
        *_moments(challenger.measure, bounds.moment_share),
    )


def failed(lines: Iterable[Line]) -> list[Line]:
    """Those that hold a promotion."""
    return [line for line in lines if line.standing is Standing.FAILS]


def _three_four(plays: Sequence[PlayScore], rival: Sequence[PlayScore], least: float) -> Line:
    far = [play for play in plays if distance_of(play.truth) != "other"]
    right = {play.play_id: distance_of(play.answer) == distance_of(play.truth) for play in far}
    before = {play.play_id: distance_of(play.answer) == distance_of(play.truth) for play in rival}
    name, bound = "3PT or 4PT told apart", f"{least:.0%} at least, and no fewer than the champion"
    gained, lost = _differing(right, before)
    line = _share_line(name, bound, sum(right.values()), len(right), least, "shots from afar")
    if lost and binomial_tail(lost, gained + lost) <= LIKELY:
        p_value = binomial_tail(lost, gained + lost)
        sentence = f"{lost} shots from afar lost against the champion and {gained} gained (p = {p_value:.3f})"
        return Line(name, line.value, bound, Standing.FAILS, sentence)
    return line


def _share_line(name: str, bound: str, hits: int, count: int, least: float, noun: str) -> Line:
    """A share that is to be so high: fails where even the upper end of its 95 % interval is below."""
    found = wilson(hits, count)
    if found.value is None:
        return Line(name, "-", bound, Standing.NOT_ENOUGH, f"{FEWEST_PLAYS} {noun} needed", FEWEST_PLAYS)
    value = f"{found.value:.1%} of {count}"
    if found.high < least:
        sentence = f"at most {found.high:.0%} with 95 % confidence, of {count} {noun}"
        return Line(name, value, bound, Standing.FAILS, sentence)
    if count < FEWEST_PLAYS:
        missing = FEWEST_PLAYS - count
        return Line(name, value, bound, Standing.NOT_ENOUGH, f"{missing} more {noun} needed", missing)
    if found.value >= least:
        sentence = f"between {found.low:.0%} and {found.high:.0%} of {count} {noun}, with 95 % confidence"
        return Line(name, value, bound, Standing.HOLDS, sentence)
    missing = max(1, _to_tell(found.value, least) - count)
    sentence = f"below the bound, as chance may have it: some {missing:,} more {noun} would tell"
    return Line(name, value, bound, Standing.NOT_ENOUGH, sentence, missing)


def _labels(plays: Sequence[PlayScore], rival: Sequence[PlayScore]) -> Line:
    """Each label's plays by an exact sign test against the champion, times the number of labels that could
    fail at all: a label of few plays can never, so it takes nothing from the others."""
    name, bound = "no label worse", f"p > {LIKELY} for each, corrected for their number"
    if not rival:
        return Line(name, "-", bound, Standing.NOT_ENOUGH, "there is no champion's answer to compare with")
    before = {play.play_id: play.is_right for play in rival}
    by_label: dict[str, dict[str, bool]] = defaultdict(dict)
    for play in plays:
        if play.play_id in before:
            by_label[play.truth][play.play_id] = play.is_right
    count, needed = _tested(len(right) for right in by_label.values())
    if not count:
        most = max(map(len, by_label.values()), default=0)
        sentence = f"{needed - most} more plays of a label needed: none has {needed}"
        return Line(name, "-", bound, Standing.NOT_ENOUGH, sentence, needed - most)
    worst_p, worst, words = 1.0, "", ""
    for label, right in sorted(by_label.items()):
        gained, lost = _differing(right, before)
        p_value = min(1.0, count * binomial_tail(lost, gained + lost))
        if lost > gained and (not worst or p_value < worst_p):
            worst_p, worst, words = p_value, label, f"{lost} lost and {gained} gained of {len(right)}"
    if not worst:
        return Line(name, "none lost", bound, Standing.HOLDS, f"no label of {count} with {needed} plays lost")
    value = f"{worst}: p = {worst_p:.3f}"
    standing = Standing.FAILS if worst_p <= LIKELY else Standing.HOLDS
    return Line(name, value, bound, standing, f"{worst}: {words}, the most of {count} labels")


def _tested(sizes: Iterable[int]) -> tuple[int, int]:
    """How many labels can be shown to be worse, and the plays that takes (Tarone: the largest number of
    labels of which each could still fail, corrected for that number)."""
    ordered = sorted(sizes, reverse=True)
    for count in range(len(ordered), 0, -1):
        needed = math.ceil(math.log2(count / LIKELY))
        if ordered[count - 1] >= needed:
            return count, needed
    return 0, math.ceil(math.log2(1 / LIKELY))


def _points(plays: Sequence[PlayScore], most: float) -> Line:
    name, bound = "points a game", f"off by {most:.0%} at most"
    true: dict[str, int] = defaultdict(int)
    answered: dict[str, int] = defaultdict(int)
    for play in plays:
        true[play.game_id] += play.points_true
        answered[play.game_id] += play.points_answered
    errors = {game: abs(answered[game] - true[game]) for game in true}
    missing, all_true = FEWEST_GAMES - len(true), sum(true.values())
    value = f"off by {sum(errors.values()) / all_true:.1%}" if all_true else "-"
    if missing > 0 or not all_true:
        sentence = f"{max(1, missing)} more games needed"
        return Line(name, value, bound, Standing.NOT_ENOUGH, sentence, max(1, missing))
    numbers = f"{sum(errors.values())} of {all_true} points wrong, game by game, in {len(true)} games"
    p_beyond = t_test([errors[game] - most * true[game] for game in true])
    if p_beyond is not None and p_beyond <= LIKELY:
        return Line(name, value, bound, Standing.FAILS, f"{numbers} (p = {p_beyond:.3f})")
    if sum(errors.values()) <= most * all_true:
        return Line(name, value, bound, Standing.HOLDS, numbers)
    sentence = f"{numbers}: beyond the bound, as chance may have it; as many more games would tell"
    return Line(name, value, bound, Standing.NOT_ENOUGH, sentence, len(true))


def _valid(scores: Scores, least: float) -> Line:
    name, bound = "valid answers", f"{least:.0%} at least"
    if scores.clips_asked is None or scores.clips_answered is None:
        return _unkept(name, bound)
    return _share_line(name, bound, scores.clips_answered, scores.clips_asked, least, "clips")


def _calibration(plays: Sequence[PlayScore], most_points: float) -> Line:
    name, bound = "calibration", f"within {most_points:g} points"
    if not plays:
        return _unkept(name, bound)
    found = calibrate((play.confidence, play.is_right) for play in plays if play.confidence is not None)
    if not found.play_count:
        return Line(name, "-", bound, Standing.NOT_ENOUGH, "the model does not say how sure it is")
    value = f"{found.error_points:.1f} points off"
    p_beyond = found.p_beyond(most_points)
    if p_beyond <= LIKELY:
        worst = max(found.bins, key=lambda each: abs(each.gap) * each.play_count)
        sentence = (
            f"of {worst.play_count} plays that it was {worst.mean_confidence:.0%} sure of, "
            f"{worst.right_share:.0%} were right (p = {p_beyond:.3f})"
        )
        return Line(name, value, bound, Standing.FAILS, sentence)
    missing = FEWEST_SURE_PLAYS - found.play_count
    if missing > 0:
        return Line(name, value, bound, Standing.NOT_ENOUGH, f"{missing} more plays needed", missing)
    if found.error_points <= most_points:
        return Line(
            name, value, bound, Standing.HOLDS, f"on {found.play_count} plays in {len(found.bins)} bins"
        )
    sentence = "beyond the bound, as chance may have it: as many more plays would tell"
    return Line(name, value, bound, Standing.NOT_ENOUGH, sentence, found.play_count)


def _unseen(model: Measured, most_points: float) -> Line:
    """Of games that it has seen nothing of, against the plays set aside in those that it learned from."""
    name, bound = "games never seen", f"at most {most_points:g} points below games it learned from"
    new = [play.is_right for play in model.scores.plays if play.game_id not in model.games_learned]
    known = [play.is_right for play in model.scores.plays if play.game_id in model.games_learned]
    right, count = sum(new) + model.unseen_right, len(new) + model.unseen_count
    value = f"{right / count:.1%} of {count}" if count else "-"
    if count < FEWEST_UNSEEN_PLAYS or len(known) < FEWEST_PLAYS:
        missing = max(FEWEST_UNSEEN_PLAYS - count, FEWEST_PLAYS - len(known))
        of_what = "plays of new games" if count < FEWEST_UNSEEN_PLAYS else "plays of games it learned from"
        return Line(name, value, bound, Standing.NOT_ENOUGH, f"{missing} more {of_what} needed", missing)
    share, before = right / count, sum(known) / len(known)
    error = math.sqrt(share * (1 - share) / count + before * (1 - before) / len(known))
    below = before - share
    sentence = f"{share:.0%} of {count} plays of new games, {before:.0%} of {len(known)} of known ones"
    if below - _Z_LIKELY * error > most_points / 100:
        return Line(name, value, bound, Standing.FAILS, sentence)
    if below <= most_points / 100:
        return Line(name, value, bound, Standing.HOLDS, sentence)
    return Line(name, value, bound, Standing.NOT_ENOUGH, f"{sentence}: as many more would tell", count)


def _latency(seconds_per_clip: float | None, most_s: float) -> Line:
    name, bound = "latency", f"{most_s:g} s a clip at most"
    if seconds_per_clip is None:
        sentence = "not measured: its answers were kept, or came in a batch"
        return Line(name, "-", bound, Standing.NOT_ENOUGH, sentence)
    standing = Standing.HOLDS if seconds_per_clip <= most_s else Standing.FAILS
    sentence = f"a game of 600 clips takes {600 * seconds_per_clip / 60:,.0f} minutes"
    return Line(name, f"{seconds_per_clip:.2f} s a clip", bound, standing, sentence)


def _moments(measure: SetMeasure | None, least: float) -> Iterator[Line]:
    """Nothing of an old score, where no bound asks for it."""
    name = "label and moment right"
    if measure is None:
        if least:
            yield _unkept(name, f"{least:.0%} at least")
        return
    found, spotted = (
        measure.labelled,
        f"average mAP tight {share(measure.tight)}, loose {share(measure.loose)}",
    )
    told = (
        f"{spotted}; player F1 {share(measure.player_macro)}; box scores' entries F1 {share(measure.box.f1)}"
    )
    if least:
        hits = round((found.recall or 0.0) * found.support)
        line = _share_line(name, f"{least:.0%} at least", hits, found.support, least, "plays")
        yield replace(line, sentence=f"{line.sentence}; {told}")
    else:
        value = f"{share(found.recall)} of {found.support}"
        yield Line(name, value, "none is set", Standing.TOLD, told)


def _unkept(name: str, bound: str) -> Line:
    sentence = "its score is from before this was kept: the next evaluation set measures it"
    return Line(name, "-", bound, Standing.NOT_ENOUGH, sentence)


def _differing(right: dict[str, bool], before: dict[str, bool]) -> tuple[int, int]:
    """Plays gained and lost, of those that both answered."""
    both = right.keys() & before.keys()
    gained = sum(right[play] and not before[play] for play in both)
    return gained, sum(before[play] and not right[play] for play in both)


def _to_tell(share: float, bound: float) -> int:
    """Plays at which such a share lies below the bound for sure (one-sided 5 %)."""
    return math.ceil(_Z_LIKELY**2 * share * (1 - share) / (bound - share) ** 2) if share < bound else 0
