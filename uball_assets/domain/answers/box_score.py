"""The box score: what each player did in a game, as a model tells it, against people's.

Belongs here: counting the events of plays by player, and comparing two counts. Not here: when they happened
(`matching`, `spotting`) or a team's points (`metrics`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from uball_assets.domain.answers.annotate import AnnotatedPlay
from uball_assets.domain.answers.metrics import LabelScore, events_of, label_score
from uball_assets.domain.footage.teams import shirt_of
from uball_assets.domain.plays.labels import LABELS, points
from uball_assets.domain.plays.plays import Play

NOBODY = "(nobody named)"


@dataclass(frozen=True)
class BoxLine:
    """One player's line; labels that occur, each with how often."""

    player: str
    """`Gray #7`; as it is written, where team or number is missing."""
    true: dict[str, int]
    told: dict[str, int]

    @property
    def points_true(self) -> int:
        return _points(self.true)

    @property
    def points_told(self) -> int:
        return _points(self.told)

    @property
    def off(self) -> dict[str, int]:
        """Told more (+) or less (-) often than people did, by label."""
        apart = {label: self.told.get(label, 0) - self.true.get(label, 0) for label in LABELS}
        return {label: count for label, count in apart.items() if count}


@dataclass(frozen=True)
class BoxScore:
    lines: tuple[BoxLine, ...]
    """By player: team, then number."""
    entries: LabelScore
    """Of (player, label), counted as often as both have it; when it happened plays no part."""

    @property
    def right_points(self) -> int:
        """Players whose points are right, of those who scored by either."""
        return sum(line.points_true == line.points_told for line in self.scorers)

    @property
    def scorers(self) -> list[BoxLine]:
        return [line for line in self.lines if line.points_true or line.points_told]


def box_score(true: Sequence[Play], told: Sequence[AnnotatedPlay]) -> BoxScore:
    """All events of all plays, primary and secondary."""
    true_count, told_count = _counted(true), _counted(told)
    players = sorted({player for player, _ in (*true_count, *told_count)}, key=_by_team_and_number)
    return BoxScore(
        lines=tuple(
            BoxLine(player, _line(true_count, player), _line(told_count, player)) for player in players
        ),
        entries=label_score((true_count & told_count).total(), told_count.total(), true_count.total()),
    )


def _counted(plays: Iterable[Play | AnnotatedPlay]) -> Counter[tuple[str, str]]:
    """Of (player, label). Points that nobody is named for are the play's first player's, as a team's are."""
    return Counter(
        (_name(event.player_a or (play.player_a if points(event.label) else None)), event.label)
        for play in plays
        for event in events_of(play)
    )


def _name(player: str | None) -> str:
    return shirt_of(player) or player or NOBODY


def _line(counted: Counter[tuple[str, str]], player: str) -> dict[str, int]:
    return {label: counted[player, label] for label in LABELS if counted[player, label]}


def _points(line: dict[str, int]) -> int:
    return sum(points(label) * count for label, count in line.items())


def _by_team_and_number(player: str) -> tuple[str, int, str]:
    team, _, number = player.rpartition(" #")
    return (team, int(number), number) if number.isdecimal() else (player, -1, player)
