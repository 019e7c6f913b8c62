"""Answers questions about games and players: with the model that serves now, from what the league knows now.

What an answer rests on is its version: the warehouse's state and the generations of the routes. It is looked
at once a second at most, so that a model is changed, or a result comes in, without a restart.
Belongs here: from a question to a forecast. Not here: keeping answers (`kept`), features (`domain.form`),
models (`services.forecasting`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from typing import NamedTuple
from zoneinfo import ZoneInfo

from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.domain.forecasting.outcome import OutcomeModel
from uball_assets.domain.forecasting.players import PlayerModel
from uball_assets.domain.forecasting.sheet import Share, share_of
from uball_assets.domain.form.book import PLAYER_NAMES
from uball_assets.domain.league.directory import Directory
from uball_assets.domain.league.fixtures import Fixture, Phase, Status
from uball_assets.domain.league.phases import Calendar
from uball_assets.domain.record import Family
from uball_assets.services.forecasting.models import load_outcome, load_player
from uball_assets.services.league.facts import READ, read_facts
from uball_assets.services.predicting.kept import KeptAnswers
from uball_assets.services.predicting.league_now import LeagueNow
from uball_assets.services.predicting.questions import (
    NO_GAMES_YET,
    Asked,
    CannotBe,
    GameAnswer,
    GameQuestion,
    NotYet,
    PlayerAnswer,
    PlayerQuestion,
    Unknown,
)
from uball_assets.services.predicting.serving_models import ServingModels

LOOK_EVERY_S = 1.0
SAME_MOMENT_S = 600.0
"""So long all questions are answered as of one moment, unless a fact comes in: what is known at it, of every
team, is then reckoned once for all of them."""
MOST_AHEAD = timedelta(days=366)
USUAL_TIP_OFF = time_of_day(19)
"""In the league's zone, of a game that no schedule has."""
_NO_GAME = "not of the schedule"


class Version(NamedTuple):
    facts: str
    outcome_generation: int
    player_generation: int


class Predictor:
    """For one thread at a time, but for `version` and `is_fresh`."""

    def __init__(
        self,
        warehouse: Warehouse,
        registry: Registry,
        training: ObjectStore,
        calendar: Calendar,
        zone: ZoneInfo,
        team_name: Callable[[str], str],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._warehouse, self._calendar, self._zone = warehouse, calendar, zone
        self._team_name, self._now, self._clock = team_name, now, clock
        self._outcome = ServingModels[OutcomeModel](
            registry, Family.OUTCOME, lambda name: load_outcome(training, name)
        )
        self._player = ServingModels[PlayerModel](
            registry, Family.PLAYER, lambda name: load_player(training, name)
        )
        self._shares = KeptAnswers[Share | None]()
        self._league: LeagueNow | None = None
        self._moment = now()
        """As of which games to come are forecast."""
        self._moment_s = float("-inf")
        self._looked_at_s = float("-inf")
        self.version = Version("", 0, 0)
        """As it was last looked at."""

    @property
    def is_fresh(self) -> bool:
        return self._clock() - self._looked_at_s < LOOK_EVERY_S

    def look(self) -> None:
        """At the warehouse's state and the routes, unless that was done a moment ago; reads what is new."""
        if self.is_fresh:
            return
        looked_at_s = self._clock()
        stamp = self._warehouse.stamp(READ)
        if self._league is None or self._league.stamp != stamp:
            self._league = LeagueNow(stamp, read_facts(self._warehouse), self._zone, self._team_name)
            self._moment_s = float("-inf")
        if looked_at_s - self._moment_s > SAME_MOMENT_S:
            self._moment, self._moment_s = self._now(), looked_at_s
        self._outcome.look()
        self._player.look()
        self.version = Version(stamp, self._outcome.generation, self._player.generation)
        self._looked_at_s = looked_at_s

    def game(self, question: GameQuestion) -> GameAnswer:
        """Raises Unknown, CannotBe, NotYet."""
        league = self._known_league()
        home, away = (_named(league.teams, "team", word) for word in (question.home_team, question.away_team))
        if home == away:
            raise CannotBe("same_team", "away_team", f"{home} cannot meet itself: name two teams")
        out = tuple(_named(league.players, "player", word) for word in question.players_out)
        tip_off = self._tip_off(league, question.when)
        fixture, is_scheduled = self._fixture(league, home, away, question.when, tip_off, question.phase)
        self._refuse_strangers(league, out, fixture)
        name, model = self._outcome.of_game(fixture.game_id if is_scheduled else None)
        asked = self._asked(fixture, is_scheduled, name, league)
        forecast = model.forecast(league.book.game(fixture, asked.as_of, out))
        return GameAnswer(
            asked,
            forecast,
            league.teams.name_of(home),
            league.teams.name_of(away),
            out,
        )

    def player(self, question: PlayerQuestion) -> PlayerAnswer:
        """Raises Unknown, CannotBe, NotYet."""
        league = self._known_league()
        player = _named(league.players, "player", question.player)
        opponent = _named(league.teams, "team", question.opponent)
        moment = self._tip_off(league, question.when)
        team = league.team_of(player, moment)
        called = league.players.name_of(player)
        if team is None:
            told = f"{called} was on no team then: take another day, or collect the rosters"
            raise CannotBe("no_team", "player_id", told)
        if team == opponent:
            told = f"{called} plays for {opponent} then: name the team that is met"
            raise CannotBe("same_team", "opponent", told)
        fixture, is_scheduled = self._players_fixture(league, team, opponent, question, moment)
        before = league.games_before(player, fixture.tip_off)
        if before < question.min_matches:
            told = f"{called} had played {before} games by then, and {question.min_matches} are asked for: "
            raise CannotBe("too_few_games", "min_matches", f"{told}ask for fewer, or for a later day")
        name, model = self._player.of_game(fixture.game_id if is_scheduled else None)
        asked = self._asked(fixture, is_scheduled, name, league)
        able = league.book.appearing(fixture, team, asked.as_of)
        share = self._share(league, model, asked, team, player if player not in able else None)
        forecast = model.forecast(league.book.player(fixture, team, player, asked.as_of), share)
        return PlayerAnswer(
            asked,
            replace(forecast, appears=able.get(player, 0.0)) if able else forecast,
            player,
            called,
            team,
            league.teams.name_of(team),
            opponent,
            league.teams.name_of(opponent),
            fixture.home_team == team,
            before,
            league.is_out(player, fixture.tip_off),
        )

    def _share(
        self, league: LeagueNow, model: PlayerModel, asked: Asked, team: str, added: str | None
    ) -> Share | None:
        """What the points of a team's players are held to: the same for all of them, so it is kept for who is
        asked about next. `added`: one who is taken to be able to play."""
        key = asked.fixture, asked.is_scheduled, team, added
        state = self.version, self._moment
        return self._shares.of(state, key, lambda: self._new_share(league, model, asked, team, added))

    def _new_share(
        self, league: LeagueNow, model: PlayerModel, asked: Asked, team: str, added: str | None
    ) -> Share | None:
        """None where no outcome model serves, or nobody can tell who is to play."""
        fixture, book = asked.fixture, league.book
        chances = book.appearing(fixture, team, asked.as_of, added)
        if not self._outcome.serves or not chances:
            return None
        _, outcome = self._outcome.of_game(fixture.game_id if asked.is_scheduled else None)
        told = outcome.forecast(book.game(fixture, asked.as_of))
        points = told.home_points if team == fixture.home_team else told.away_points
        rows = book.players(fixture, team, tuple(chances), asked.as_of)
        return share_of(model.points(PLAYER_NAMES, rows), list(chances.values()), points.mean)

    def _known_league(self) -> LeagueNow:
        self.look()
        if self._league is None or self._league.first_day is None:
            raise NotYet("no_games_yet", NO_GAMES_YET)
        return self._league

    def _tip_off(self, league: LeagueNow, when: date | datetime) -> datetime:
        """UTC. Raises CannotBe outside of what the league knows, and of a year from now."""
        day = when.date() if isinstance(when, datetime) else when
        first, last = league.first_day, self._now().date() + MOST_AHEAD
        assert first is not None
        if not first <= day <= last:
            told = f"a day from {first} (the first game that is known) to {last} can be asked for"
            raise CannotBe("date_out_of_range", "game_date", told)
        if not isinstance(when, datetime):
            when = datetime.combine(day, USUAL_TIP_OFF)
        return (when if when.tzinfo else when.replace(tzinfo=self._zone)).astimezone(UTC)

    def _fixture(
        self,
        league: LeagueNow,
        home: str,
        away: str,
        when: date | datetime,
        tip_off: datetime,
        phase: Phase | None,
    ) -> tuple[Fixture, bool]:
        """The schedule's, and whether it is; a phase that is asked for is taken either way. `tip_off`: of a
        game that no schedule has."""
        found = league.fixture(home, away, tip_off if isinstance(when, datetime) else when)
        if found is None:
            return self._made_up(league, home, away, tip_off, phase), False
        return (replace(found, phase=phase) if phase else found), True

    def _made_up(
        self, league: LeagueNow, home: str, away: str, tip_off: datetime, phase: Phase | None = None
    ) -> Fixture:
        """A game that no schedule has."""
        day = league.day_of(tip_off)
        of_calendar = self._calendar.phase_on(day)
        if of_calendar is Phase.OFF_SEASON:
            of_calendar = Phase.SEASON
        return Fixture(
            game_id=_NO_GAME,
            season=self._calendar.season_on(day),
            phase=phase or of_calendar,
            tip_off=tip_off,
            home_team=home,
            away_team=away,
            status=Status.SCHEDULED,
            home_points=None,
            away_points=None,
            known_at=tip_off,
        )

    def _players_fixture(
        self, league: LeagueNow, team: str, opponent: str, question: PlayerQuestion, tip_off: datetime
    ) -> tuple[Fixture, bool]:
        """The schedule says who is at home, unless the question does; without both the player's team is."""
        sides = [(team, opponent), (opponent, team)]
        if question.is_home is not None:
            sides = [sides[0] if question.is_home else sides[1]]
        when = tip_off if isinstance(question.when, datetime) else question.when
        for home, away in sides:
            if found := league.fixture(home, away, when):
                return found, True
        return self._made_up(league, *sides[0], tip_off), False

    def _asked(self, fixture: Fixture, is_scheduled: bool, model: str, league: LeagueNow) -> Asked:
        as_of = min(self._moment, fixture.tip_off)
        return Asked(fixture, is_scheduled, as_of, model, league.facts)

    def _refuse_strangers(self, league: LeagueNow, players: tuple[str, ...], fixture: Fixture) -> None:
        for player in players:
            team = league.team_of(player, fixture.tip_off)
            if team not in (fixture.home_team, fixture.away_team):
                told = f"{league.players.name_of(player)} plays for neither team then: leave the name out"
                raise CannotBe("not_of_the_teams", "players_out", told)


def _named(directory: Directory, what: str, word: str) -> str:
    found = directory.find(word)
    if found is None:
        raise Unknown(what, word, directory.nearest(word))
    return found
