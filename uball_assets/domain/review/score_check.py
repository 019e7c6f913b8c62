"""The score check: a game's plays, added up by team, against its official score.

One point too few is the sign of a 4-pointer that was written as a 3-pointer. The plays whose change of label
would explain what is missing are named; nothing says that one of them is wrong: a basket may not have been
written down at all.

Belongs here: reading the row of `games`, adding up, explaining. Not here: what a label is worth
(`domain.plays.labels`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from uball_assets.domain.answers.metrics import points_by_team, team_of
from uball_assets.domain.fields import number_in, plain_name
from uball_assets.domain.footage.teams import Teams
from uball_assets.domain.plays.labels import points
from uball_assets.domain.plays.plays import Play
from uball_assets.domain.review.contradictions import HonestAnswer, chance_of, odds
from uball_assets.domain.review.slips import shots_worth, slip_rate
from uball_assets.domain.review.suspects import Evidence, Kind

ONE_POINT_IS_A_LABEL = 0.8
"""How often a gap of one point is a wrong line or shot. Else a free throw was not written down. Assumed."""
MORE_IS_A_LABEL = 0.3
"""Two points and more are as easily a basket that nobody wrote down. Assumed."""
WITH_LOST_ROWS = 0.5
"""Rows of the game that count for nothing, for they break a rule, may hold the points: half as likely."""
AGAINST_A_SCORE = 0.1
"""Times the odds, where a team's plays add up and the other label would spoil that: a second mistake would
have to make up for the first. Assumed."""


@dataclass(frozen=True)
class ScoreLine:
    """One team's."""

    team: str
    """The jersey's colour."""
    official: int
    counted: int
    """Of the plays."""
    says: str
    """What follows; '' where the two agree."""

    @property
    def gap(self) -> int:
        """Points that the plays lack; below 0: they have too many."""
        return self.official - self.counted


@dataclass(frozen=True)
class ScoreCheck:
    """`lines` is empty where there is no official score to hold the plays against; `says` tells why."""

    lines: tuple[ScoreLine, ...]
    says: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class OfficialScore:
    """The schedule's, kept for a game of whose score its row of `games` tells nothing."""

    points: tuple[int, int]
    """In the order of the teams."""


def check_score(
    game: Mapping[str, Any] | None,
    teams: Teams | None,
    plays: Sequence[Play],
    lost_count: int,
    answers: Mapping[str, HonestAnswer],
) -> ScoreCheck:
    """`lost_count`: rows of the game that are in the quarantine. `answers`: by play."""
    row = game or {}
    if row.get("scores") in (None, "", [], {}):
        return ScoreCheck((), "the games table has no official score of it")
    if teams is None:
        return ScoreCheck((), "whose points are whose cannot be told: the games table names no two teams")
    official = official_points(row, teams)
    if official is None:
        return ScoreCheck(
            (), 'the official score is not understood: write it as {"team1": 61, "team2": 58} in games.scores'
        )
    counted = [0, 0]
    unknown = 0
    for team, count in points_by_team(plays).items():
        place = teams.place_of(team)
        if place is None:
            unknown += count
        else:
            counted[place] += count
    lines, evidence = [], []
    for place, color in enumerate(teams.colors):
        gap = official[place] - counted[place]
        is_told = not 0 < gap <= unknown
        found = _explained(plays, teams, place, gap, lost_count, answers) if gap and is_told else []
        evidence += found
        says = _line_says(gap, found, lost_count, unknown, is_told=is_told)
        lines.append(ScoreLine(color, official[place], counted[place], says))
    wrong = [f"{line.team} {line.says}" for line in lines if line.gap]
    return ScoreCheck(
        tuple(lines), "; ".join(wrong) or "the plays add up to the official score", tuple(evidence)
    )


def held_against_score(
    found: Iterable[Evidence], plays: Mapping[str, Play], teams: Teams | None, lines: Sequence[ScoreLine]
) -> list[Evidence]:
    """The evidence, less likely where it would spoil a score that adds up. `plays`: by id."""
    return [_held_against(one, plays[one.play_id], teams, lines) for one in found]


def _held_against(one: Evidence, play: Play, teams: Teams | None, lines: Sequence[ScoreLine]) -> Evidence:
    place = teams.place_of(team_of(play.player_a)) if teams else None
    more = points(one.label) - points(play.classification)
    if place is None or not more or not lines or lines[place].gap:
        return one
    says = f"{one.says}; but as they are, the plays of {lines[place].team} add up to the official score"
    return replace(one, chance=round(chance_of(odds(one.chance) * AGAINST_A_SCORE), 4), says=says)


def official_points(row: Mapping[str, Any], teams: Teams) -> tuple[int, int] | None:
    """Both teams' points from a row of `games`; None where the column's form leaves a doubt which is whose.

    Two numbers in the order of the teams, or one under each team: `team1`, `team_a`, its name, its colour or
    its id, alone or with `score` or `points`; a team's own may be `{"total": 61}`, all may be under `final`.
    """
    scores = row.get("scores")
    if isinstance(scores, Mapping) and len(scores) == 1 and plain_name(next(iter(scores))) in _WHOLE:
        scores = next(iter(scores.values()))
    if isinstance(scores, Sequence) and not isinstance(scores, str) and len(scores) == 2:
        told = [[_total(one)] for one in scores]
    elif isinstance(scores, Mapping):
        told = [
            [_total(value) for name, value in scores.items() if _names(name, names)]
            for names in _names_of_teams(row, teams)
        ]
    else:
        return None
    if any(len(one) != 1 for one in told) or told[0][0] is None or told[1][0] is None:
        return None
    return told[0][0], told[1][0]


_WHOLE = {"final", "total", "score", "points", "fulltime"}


def _names_of_teams(row: Mapping[str, Any], teams: Teams) -> Iterator[set[str]]:
    for place, (number, letter) in enumerate((("1", "a"), ("2", "b"))):
        own = (teams.names[place], teams.colors[place], row.get(f"team_{letter}_id"))
        yield {f"team{number}", f"team{letter}"} | {plain_name(str(name)) for name in own if name}


def _names(name: object, names: set[str]) -> bool:
    plain = plain_name(str(name))
    return any(plain in {one, f"{one}score", f"{one}points", f"score{one}", f"points{one}"} for one in names)


def _total(value: object) -> int | None:
    if isinstance(value, Mapping):
        totals = [one for name, one in value.items() if plain_name(str(name)) in _WHOLE]
        value = totals[0] if len(totals) == 1 else None
    number = None if isinstance(value, list | Mapping) else number_in(value)
    return int(number) if number is not None and number >= 0 and number % 1 == 0 else None


def _explained(
    plays: Iterable[Play],
    teams: Teams,
    place: int,
    gap: int,
    lost_count: int,
    answers: Mapping[str, HonestAnswer],
) -> list[Evidence]:
    """Each play of the team that one other label would explain the gap by; what is likely is shared out among
    them by how easily people slip there, and by what an honest answer says."""
    weights = {
        (play.play_id, label): slip_rate(label, play.classification) * _leaning(play, label, answers)
        for play in plays
        if teams.place_of(team_of(play.player_a)) == place
        for label in shots_worth(play.classification, gap)
    }
    likely = ONE_POINT_IS_A_LABEL if abs(gap) == 1 else MORE_IS_A_LABEL
    likely *= WITH_LOST_ROWS if lost_count else 1.0
    whole = sum(weights.values())
    few = f"{abs(gap)} point{'s' if abs(gap) > 1 else ''} {'short of' if gap > 0 else 'over'}"
    return [
        Evidence(
            play_id,
            Kind.SCORE,
            label,
            round(likely * weight / whole, 4),
            f"the plays of {teams.colors[place]} are {few} the official score; as {label} it would explain "
            f"that{f', as would another of {len(weights) - 1}' if len(weights) > 1 else ''}",
        )
        for (play_id, label), weight in weights.items()
    ]


def _leaning(play: Play, label: str, answers: Mapping[str, HonestAnswer]) -> float:
    """The odds of an honest answer for `label` against the written one; 1 where it says neither."""
    answer = answers.get(play.play_id)
    if answer is None or answer.label not in (label, play.classification):
        return 1.0
    for_label = odds(answer.trust)
    return for_label if answer.label == label else 1.0 / for_label


def _line_says(gap: int, found: Sequence[Evidence], lost_count: int, unknown: int, *, is_told: bool) -> str:
    if gap == 0:
        return ""
    few = f"{abs(gap)} point{'s' if abs(gap) > 1 else ''} {'too few' if gap > 0 else 'too many'}"
    if not is_told:
        return f"{few}; {unknown} points are of plays whose player names no team"
    rows = "1 row" if lost_count == 1 else f"{lost_count} rows"
    lost = f"; {rows} in the quarantine may hold them" if lost_count and gap > 0 else ""
    which = "1 play" if len(found) == 1 else f"one of {len(found)} plays"
    explained = f"another label of {which} would explain it" if found else ""
    return "; ".join(part for part in (few, explained) if part) + (
        lost or ("" if found else "; no one play does")
    )
