"""A game's measure in words: which measure each number is, and of what.

Belongs here: one line a measure, one row a label, one row a player. Not here: the numbers (`game_measure`)
or the table that they stand in.
"""

from __future__ import annotations

from uball_assets.domain.answers.box_score import BoxLine, BoxScore
from uball_assets.domain.answers.game_measure import GameMeasure
from uball_assets.domain.answers.matching import TOLERANCE_S
from uball_assets.domain.answers.metrics import LabelScore
from uball_assets.domain.answers.player_f1 import PLAYER_TOLERANCE_S, PlayerF1
from uball_assets.domain.answers.set_measure import SetMeasure
from uball_assets.domain.answers.spotting import LOOSE_S, TIGHT_S

_SPOTTING = "SoccerNet's average mAP (deltas are whole widths; labels that happened)"
_PLAYERS = f"player F1: label, team and number right, within {PLAYER_TOLERANCE_S:g} s"


def measure_lines(measure: GameMeasure) -> dict[str, str]:
    """What is measured -> the numbers. In the order in which a person asks."""
    spotted = measure.spotting
    return {
        f"label, side and time right, within {measure.tolerance_s:g} s": _both(measure.labelled),
        _SPOTTING: _spotted(spotted.tight, spotted.loose),
        _PLAYERS: _players(measure.players, measure.found.predicted_count),
        "box score by team, entries": _both(measure.team_box.entries),
        "box score by player, entries": _both(measure.player_box.entries),
        "points of those who scored": (
            f"right for {_scorers(measure.team_box)} teams and {_scorers(measure.player_box)} players"
        ),
    }


def set_measure_lines(measure: SetMeasure) -> dict[str, str]:
    """The same of a set of plays."""
    return {
        f"label, side and time right, within {TOLERANCE_S:g} s": _both(measure.labelled),
        _SPOTTING: _spotted(measure.tight, measure.loose),
        _PLAYERS: f"{share(measure.player_macro)}, the mean over labels",
        "box scores by player, entries": f"{_both(measure.box)} in {measure.game_count} games",
    }


def label_rows(measure: GameMeasure) -> list[dict[str, str | int]]:
    """In the league's order, labels that occur."""
    spotted = measure.spotting.labels
    return [
        {
            "label": label,
            "happened": score.support,
            "precision": share(score.precision),
            "recall": share(score.recall),
            "AP, tight": share(spotted[label].tight if label in spotted else None),
        }
        for label, score in measure.labels.items()
    ]


def box_rows(box: BoxScore) -> list[dict[str, str | int]]:
    return [
        {
            "who": line.who,
            "points": line.points_true,
            "model's": line.points_told,
            "told otherwise": _off(line) or "nothing",
        }
        for line in box.lines
    ]


def share(value: float | None) -> str:
    """`72.4%`; '-' where there was nothing to measure."""
    return "-" if value is None else f"{value:.1%}"


def _spotted(tight: float | None, loose: float | None) -> str:
    return (
        f"tight ({TIGHT_S[0]} to {TIGHT_S[-1]} s) {share(tight)}, "
        f"loose ({LOOSE_S[0]} to {LOOSE_S[-1]} s) {share(loose)}"
    )


def _both(score: LabelScore) -> str:
    return f"precision {share(score.precision)}, recall {share(score.recall)} (n = {score.support})"


def _players(players: PlayerF1, told_count: int) -> str:
    words = [f"{share(players.macro)}, the mean over labels"]
    if players.nameless_told:
        words.append(f"answers that name no team or no number: {players.nameless_told} of {told_count}")
    if players.nameless_true:
        words.append(f"plays left out, since people wrote none: {players.nameless_true}")
    return "; ".join(words)


def _scorers(box: BoxScore) -> str:
    return f"{box.right_points} of {len(box.scorers)}"


def _off(line: BoxLine) -> str:
    return ", ".join(f"{label} {count:+d}" for label, count in line.off.items())
