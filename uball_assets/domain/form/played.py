"""Games that were played and count, and who appeared in them: each with the span in which that was known.

Belongs here: the facts of a game put together. Not here: asking them (`team_form`, `player_form`, `squads`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import add
from typing import TypeVar

from uball_assets.domain.form.spans import Span, spans_of
from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.fixtures import NEVER_COUNTED, Fixture
from uball_assets.domain.league.lines import Counts, PlayerLine, TeamLine
from uball_assets.domain.league.ratings import game_ratings

_Line = TypeVar("_Line", TeamLine, PlayerLine)


@dataclass(frozen=True)
class Played:
    """What was known of a game from `from_s` until `until_s`; never before it began."""

    from_s: float
    until_s: float
    tip_s: float
    fixture: Fixture
    """Final, with its points."""
    possessions: float | None
    """Of each team; None where a team's counts are missing."""
    lines: tuple[PlayerLine, ...]
    """Of either team, by player id."""

    @property
    def teams(self) -> tuple[str, str]:
        """Home, away."""
        return self.fixture.home_team, self.fixture.away_team

    @property
    def points(self) -> tuple[int, int]:
        """Home, away."""
        return self.fixture.home_points or 0, self.fixture.away_points or 0


def played_games(facts: LeagueFacts) -> list[Played]:
    """By tip-off, then id; several of one game where it was known differently in turn."""
    of_teams = _by_game(facts.team_lines, lambda line: line.team_id)
    of_players = _by_game(facts.player_lines, lambda line: line.player_id, _stands)
    found = [
        played
        for game_id, spans in spans_of(facts.fixtures, lambda one: one.game_id).items()
        for span in spans
        if span.fact.is_final and span.fact.phase not in NEVER_COUNTED
        for played in _known_in_turn(span, of_teams[game_id], of_players[game_id])
    ]
    return sorted(found, key=lambda one: (one.tip_s, one.fixture.game_id, one.from_s))


def _by_game(
    lines: Sequence[_Line],
    name: Callable[[_Line], str],
    stands: Callable[[Span[_Line], Span[_Line]], bool] = lambda *_: True,
) -> dict[str, list[Span[_Line]]]:
    found: dict[str, list[Span[_Line]]] = defaultdict(list)
    for (game_id, _), spans in sorted(spans_of(lines, lambda line: (line.game_id, name(line))).items()):
        found[game_id] += (span for span in spans if stands(span, spans[0]))
    return found


def _stands(span: Span[PlayerLine], first: Span[PlayerLine]) -> bool:
    """Not a line taken back: one of zeros in the place of another (`standing.new_versions`)."""
    return span is first or span.fact.counts != Counts()


def _known_in_turn(
    final: Span[Fixture], team_lines: Sequence[Span[TeamLine]], player_lines: Sequence[Span[PlayerLine]]
) -> Iterator[Played]:
    """The final score's span, cut wherever a line became known or was corrected in it."""
    tip_s = final.fact.tip_off.timestamp()
    first_s = max(final.from_s, tip_s + 1.0)
    if first_s >= final.until_s:
        return
    spans: list[Span[TeamLine] | Span[PlayerLine]] = [*team_lines, *player_lines]
    ends = {moment for span in spans for moment in (span.from_s, span.until_s)}
    cuts = sorted({first_s, *(end for end in ends if first_s < end < final.until_s), final.until_s})
    for start, end in pairwise(cuts):
        teams = {span.fact.team_id: span.fact.counts for span in team_lines if span.holds_at(start)}
        players = tuple(span.fact for span in player_lines if span.holds_at(start))
        yield Played(start, end, tip_s, final.fact, _possessions(final.fact, teams, players), players)


def _possessions(fixture: Fixture, teams: dict[str, Counts], players: Sequence[PlayerLine]) -> float | None:
    home, away = (
        teams.get(team) or _sum_of(line.counts for line in players if line.team_id == team)
        for team in (fixture.home_team, fixture.away_team)
    )
    if home is None or away is None:
        return None
    return game_ratings(home, away).possessions or None


def _sum_of(counts: Iterable[Counts]) -> Counts | None:
    """Of a team whose own line is missing: its players'."""
    each = list(counts)
    return reduce(add, each) if each else None
