"""The plays database as a source: each row of `games` is a fixture, its score a result, its rosters sheets.

Belongs here: which games are read. Not here: what a row says (`domain.league.intake.games_table`).
"""

from __future__ import annotations

from uball_assets.adapters.plays.plays_db import PlaysDb, Row
from uball_assets.adapters.results.results_source import Fetched, RosterSheet, Wanted
from uball_assets.adapters.results.retrying import Asking
from uball_assets.domain.fields import text_in
from uball_assets.domain.league.intake.games_table import fixture_values, sheet_players, team_ids
from uball_assets.domain.league.intake.reading import Clock, Kind, RawRow, moment_of


class PlaysDbSource:
    name = "plays"

    def __init__(self, plays_db: PlaysDb, clock: Clock, ask: Asking | None = None) -> None:
        """`clock`: how a date without a time is read."""
        self._db, self._clock, self._ask = plays_db, clock, ask or Asking()

    def fetch(self, wanted: Wanted) -> Fetched:
        titles = self._ask(self._db.games)
        return Fetched.together(
            self._read(str(title["id"])) for title in titles if self._is_wanted(title, wanted)
        )

    def _is_wanted(self, title: Row, wanted: Wanted) -> bool:
        if wanted.game_ids is not None and str(title["id"]) not in wanted.game_ids:
            return False
        moment, _ = moment_of(title.get("date"), self._clock)
        return moment is None or wanted.has_day(moment.date())

    def _read(self, game_id: str) -> Fetched:
        game = self._ask(lambda: self._db.game(game_id))
        if game is None:
            return Fetched()
        row = RawRow(Kind.FIXTURES, f"table games row {game_id}", fixture_values(game))
        sheets = [
            RosterSheet(game_id, team_id, players)
            for number, team_id in enumerate(team_ids(game) or (), start=1)
            if (players := sheet_players(game, number)) and text_in(game.get("date"))
        ]
        return Fetched((row,), (), tuple(sheets))
