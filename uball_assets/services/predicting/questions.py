"""What may be asked of the league's forecasts, what is answered, and why a question has no answer.

Belongs here: forms without a rule. Not here: answering (`predictor`), JSON (`app.forecasts`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from uball_assets.domain.errors import Permanent
from uball_assets.domain.forecasting.forecast import GameForecast, PlayerForecast
from uball_assets.domain.league.fixtures import Fixture, Phase

NO_GAMES_YET = (
    "no game of the league is known yet: `uball results collect` asks the sources in UBALL_RESULTS_SOURCES, "
    "as fixtures_sensor does once it is switched on"
)


@dataclass(frozen=True)
class GameQuestion:
    home_team: str
    """An id or a name, as are all teams and players here."""
    away_team: str
    when: date | datetime
    """A day in the league's zone, or a moment."""
    players_out: tuple[str, ...] = ()
    """Besides those of whom it is known."""
    phase: Phase | None = None
    """None: as the schedule or the calendar has it."""


@dataclass(frozen=True)
class PlayerQuestion:
    player: str
    opponent: str
    when: date | datetime
    min_matches: int
    """Games that the player must have played before."""
    is_home: bool | None = None
    """None: as the schedule has it, else at home."""


@dataclass(frozen=True)
class Asked:
    """What a question was taken for."""

    fixture: Fixture
    """Of the schedule, or made up for the question."""
    is_scheduled: bool
    as_of: datetime
    """UTC: nothing that became known later was used."""
    model: str
    facts: str
    """A hash of the warehouse's state."""


@dataclass(frozen=True)
class GameAnswer:
    asked: Asked
    forecast: GameForecast
    home_name: str
    away_name: str
    players_out: tuple[str, ...]
    """Ids, of those that the question named."""


@dataclass(frozen=True)
class PlayerAnswer:
    asked: Asked
    forecast: PlayerForecast
    player_id: str
    player_name: str
    team_id: str
    team_name: str
    opponent_id: str
    opponent_name: str
    is_home: bool
    games_before: int
    is_out: bool
    """As it was known then: forecast as if he played all the same."""


class Unknown(Permanent):
    """No team, or no player, is called so."""

    def __init__(self, what: str, word: str, nearest: Sequence[str]) -> None:
        told = f"; did you mean {' or '.join(nearest)}?" if nearest else "; the page /teams leads to all"
        super().__init__(f"there is no {what} {word}{told}")
        self.what, self.word, self.nearest = what, word, tuple(nearest)


class CannotBe(Permanent):
    """A question without an answer; `code` is a word for programs, the message says what to do."""

    def __init__(self, code: str, field: str, said: str) -> None:
        super().__init__(said)
        self.code, self.field = code, field


class NotYet(Permanent):
    """There will be an answer, once something was done."""

    def __init__(self, code: str, said: str) -> None:
        super().__init__(said)
        self.code = code
