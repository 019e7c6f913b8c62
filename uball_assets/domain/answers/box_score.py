"""The box score: what each player, or each team, did in a game, as a model tells it, against people's.

Belongs here: counting the events of plays by who did them, and comparing two counts. Not here: when they
happened (`matching`, `spotting`) or points alone (`metrics`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from uball_assets.domain.answers.annotate import AnnotatedPlay
from uball_assets.domain.answers.metrics import LabelScore, events_of, label_score
from uball_assets.domain.footage.teams import shirt_of, team_color
from uball_assets.domain.plays.labels import LABELS, points
from uball_assets.domain.plays.plays import Play

NOBODY = "(nobody named)"
_Name = Callable[[str | None], str]
"""Who a written player is, in a box."""


@dataclass(frozen=True)
class BoxLine:
    """What one player or team did; labels that occur, each with how often."""

    who: str
    """`Gray`, `Gray #7`; a player as written, where team or number is missing."""
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
    """By team, then number."""
    entries: LabelScore
    """Of (who, label), counted as often as both have it; when it happened plays no part."""

    @property
    def counted(self) -> tuple[int, int, int]:
        """Entries that both have, the model's, people's."""
        return (
            sum(
                min(count, line.told.get(label, 0))
                for line in self.lines
                for label, count in line.true.items()
            ),
            sum(sum(line.told.values()) for line in self.lines),
            sum(sum(line.true.values()) for line in self.lines),
        )

    @property
    def right_points(self) -> int:
        """Of the scorers, whose points are right."""
        return sum(line.points_true == line.points_told for line in self.scorers)

    @property
    def scorers(self) -> list[BoxLine]:
        """Who has points by people: one who scored by the model alone may be a name it did not read whole."""
        return [line for line in self.lines if line.points_true]


def player_box(true: Sequence[Play], told: Sequence[AnnotatedPlay]) -> BoxScore:
    """All events of all plays, primary and secondary, by player."""
    return _box(true, told, lambda player: shirt_of(player) or player or NOBODY)


def team_box(true: Sequence[Play], told: Sequence[AnnotatedPlay]) -> BoxScore:
    """The same by team: it holds for a model too that reads no numbers."""
    return _box(true, told, lambda player: team_color(player) or NOBODY)


def _box(true: Sequence[Play], told: Sequence[AnnotatedPlay], name: _Name) -> BoxScore:
    true_count, told_count = _counted(true, name), _counted(told, name)
    everybody = sorted({who for who, _ in (*true_count, *told_count)}, key=_by_team_and_number)
    return BoxScore(
        lines=tuple(BoxLine(who, _line(true_count, who), _line(told_count, who)) for who in everybody),
        entries=label_score((true_count & told_count).total(), told_count.total(), true_count.total()),
    )


def _counted(plays: Iterable[Play | AnnotatedPlay], name: _Name) -> Counter[tuple[str, str]]:
    """Of (who, label). Points that nobody is named for are the play's first player's, as a team's are."""
    return Counter(
        (name(event.player_a or (play.player_a if points(event.label) else None)), event.label)
        for play in plays
        for event in events_of(play)
    )


def _line(counted: Counter[tuple[str, str]], who: str) -> dict[str, int]:
    return {label: counted[who, label] for label in LABELS if counted[who, label]}


def _points(line: dict[str, int]) -> int:
    return sum(points(label) * count for label, count in line.items())


def _by_team_and_number(who: str) -> tuple[str, int, str]:
    team, _, number = who.rpartition(" #")
    return (team, int(number), number) if number.isdecimal() else (who, -1, who)
