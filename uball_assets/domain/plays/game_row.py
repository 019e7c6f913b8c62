"""What a game's own row says that cannot be: its date, its scores, and players who are on no roster.

Belongs here: what is wrong with the row of `games`, and its plays held against it. Not here: a play's own row
(`plays`), or who the two teams are (`footage.teams`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from uball_assets.domain.fields import number_in, text_in
from uball_assets.domain.footage.games import rosters_of
from uball_assets.domain.footage.teams import Teams
from uball_assets.domain.plays.plays import Play

EARLIEST = date(2000, 1, 1)
"""No game before it was filmed by four cameras that write files."""
HIGHEST_SCORE = 250
"""Of one team. The most in a professional game is 186 (NBA, 1983)."""
_MOST_NAMED = 5


def row_complaints(
    game: Mapping[str, Any] | None,
    rows: Iterable[Mapping[str, Any]],
    plays: Sequence[Play],
    teams: Teams | None,
) -> tuple[str, ...]:
    """A sentence for each thing that cannot be; nothing is held against what is not told.

    `rows` are the play rows as stored: no game was played after its plays were written down.
    """
    told = game or {}
    found = (_date(told.get("date"), rows), _scores(told.get("scores")), _players(told, plays, teams))
    return tuple(complaint for complaint in found if complaint)


def _date(value: object, rows: Iterable[Mapping[str, Any]]) -> str | None:
    text = text_in(value)
    if text is None:
        return None
    day = _day(text)
    if day is None:
        return f"its date, {text[:40]!r}, is none: write it as 2026-03-18"
    if day < EARLIEST:
        return f"its date, {day}, is before {EARLIEST.year}: correct it"
    written = [_day(stamp) for row in rows if (stamp := row.get("created_at") or row.get("updated_at"))]
    last = max((day for day in written if day), default=None)
    # A day in between: the place of the game and the database have their own midnights.
    if last and day > last + timedelta(days=1):
        return f"its date, {day}, is after its plays were written down, on {last}: correct it"
    return None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        return None


def _scores(value: object) -> str | None:
    """Any number in the column, whatever its form: it is the league's own JSON."""
    odd = [text for text, score in _numbers(value) if not 0 <= score <= HIGHEST_SCORE or score % 1]
    return f"a score of {odd[0]} cannot be (0 to {HIGHEST_SCORE}): correct it" if odd else None


def _numbers(value: object) -> Iterator[tuple[str, float]]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _numbers(part)
    elif (number := number_in(value)) is not None:
        yield str(value), number


def _players(game: Mapping[str, Any], plays: Sequence[Play], teams: Teams | None) -> str | None:
    """Players by jersey: `Player #7 (Gray)` is on the roster of Gray, where that is known."""
    if teams is None:
        return None
    named = dict.fromkeys(
        player
        for play in plays
        for player in (
            play.player_a,
            play.player_b,
            *(player for event in play.events for player in (event.player_a, event.player_b)),
        )
        if player
    )
    rosters = rosters_of(game, teams)
    missing = rosters.missing(named) if rosters else ()
    if not missing:
        return None
    more = f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
    return f"on no roster: {', '.join(missing[:_MOST_NAMED])}{more}; correct the play or the roster"
