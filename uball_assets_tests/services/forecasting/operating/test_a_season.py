"""A season day by day, with a clock that is told: trained, decided on, forecast, scored; then the playoffs.

All facts are at hand from the start, later ones too: whatever were made from one would be seen.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from uball_assets.adapters.record.family import of_family
from uball_assets.adapters.record.registry import Entry, StoreRegistry
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.warehouse.duckdb_warehouse import DuckDbWarehouse
from uball_assets.assets.serving.decision import carry_out
from uball_assets.demo.seasons.generated import GeneratedSeasons
from uball_assets.domain.forecasting.config import ForecastConfig
from uball_assets.domain.forecasting.tables import FORECAST_SCORES, FORECASTS, PLAYER_FORECASTS
from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.fixtures import Phase
from uball_assets.domain.league.phases import Calendar, Span
from uball_assets.domain.record import DRIFT, FORECASTING, Family
from uball_assets.services.forecasting.operating.answering import ForecastEndpoint, serving_of
from uball_assets.services.forecasting.operating.deciding import decided_forecast
from uball_assets.services.forecasting.operating.features import make_features
from uball_assets.services.forecasting.operating.following import all_scores, follow
from uball_assets.services.forecasting.operating.holding import held_forecasts
from uball_assets.services.forecasting.operating.learning import next_model, train_next
from uball_assets.services.forecasting.operating.making import make_forecasts
from uball_assets.services.forecasting.operating.scoring import score_played

CONFIG = ForecastConfig(candidates=("rating",))
RUN = "a test"


@dataclass
class Season:
    facts: LeagueFacts
    calendar: Calendar
    warehouse: DuckDbWarehouse
    store: FolderStore
    now: datetime
    registry: StoreRegistry

    def go_to(self, now: datetime) -> list[str]:
        """A day's run at that moment; of each family, whether and why a training was due."""
        self.now = now
        known = self.facts.known_at(now).fixtures
        make_features(self.warehouse, self.facts, [one.game_id for one in known], now, RUN)
        held = held_forecasts(self.registry, (), self.calendar, now)
        says = []
        for family in FORECASTING:
            serving = serving_of(family, self.registry, self.store, ForecastEndpoint(family, self.store))
            due = next_model(serving.registry, self.facts.fixtures, CONFIG, now, held)
            says.append(due.due.reason)
            if due.due.how:
                train_next(serving.registry, self.store, self.warehouse, self.facts, due, CONFIG, now)
            decision = (
                None if held else decided_forecast(serving, self.store, self.warehouse, self.facts, now)
            )
            if decision:
                carry_out(serving, decision)
        make_forecasts(self.warehouse, self.registry, self.store, self.facts, lambda: now, RUN)
        score_played(self.warehouse, self.facts, now, 365, RUN)
        for family in FORECASTING:
            serving = serving_of(family, self.registry, self.store, ForecastEndpoint(family, self.store))
            follow(serving, family, all_scores(self.warehouse), now, 14, held)
        return says

    def models(self, family: Family = Family.OUTCOME) -> list[Entry]:
        return of_family(self.registry, family).entries("models")


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Season:
    """At its fifteenth game, its fifth day after that, a week later, and in the playoffs."""
    home: Path = tmp_path_factory.mktemp("season")
    facts = GeneratedSeasons(seed=5, teams=4, seasons=1, games_a_season=24).facts
    store = FolderStore(home / "training")
    start = datetime(2000, 1, 1, tzinfo=UTC)
    season = Season(facts, _calendar(facts), DuckDbWarehouse(home / "warehouse"), store, start, None)  # type: ignore[arg-type]
    season.registry = StoreRegistry(store, lambda: season.now)
    played = sorted(one.tip_off for one in facts.fixtures if one.is_final and one.phase is Phase.SEASON)
    playoffs = sorted(one.tip_off for one in facts.fixtures if one.phase is Phase.PLAYOFFS)
    first = played[14] + timedelta(hours=5)
    for now in (
        first,
        first + timedelta(days=5),
        first + timedelta(days=9),
        playoffs[0] - timedelta(hours=2),
    ):
        season.go_to(now)
    season.go_to(playoffs[-1] + timedelta(hours=5))
    return season


def _calendar(facts: LeagueFacts) -> Calendar:
    days = sorted(one.tip_off.date() for one in facts.fixtures if one.phase is Phase.PLAYOFFS)
    return Calendar((Span("1", Phase.PLAYOFFS, days[0], days[-1] + timedelta(days=1)),))


def test_models_are_trained_from_scratch_continued_and_frozen_in_the_playoffs(season: Season) -> None:
    hows = [model["how"] for model in season.models()]
    assert hows[:2] == ["from scratch", "continued"]
    assert "from scratch" in hows[2:]
    before = len(season.models())
    assert before == len(season.models(Family.PLAYER)) >= 3
    frozen = min(one.tip_off for one in season.facts.fixtures if one.phase is Phase.PLAYOFFS)
    assert datetime.fromisoformat(season.models()[-1]["recorded_at"]) <= frozen
    assert "playoffs" in season.go_to(season.now)[0]
    assert len(season.models()) == before


def test_each_newer_model_was_decided_on_with_a_sentence(season: Season) -> None:
    for family in FORECASTING:
        own = of_family(season.registry, family)
        decisions = own.entries("promotions")
        assert [one["challenger"] for one in decisions] == [model["name"] for model in own.entries("models")]
        assert decisions[0]["reason"].endswith("serves: it is the first model")
        assert all(
            " nats a game over " in one["reason"] or "needed" in one["reason"] for one in decisions[1:]
        )


def test_no_game_is_told_after_tip_off_and_none_is_told_twice_without_a_reason(season: Season) -> None:
    for table in (FORECASTS, PLAYER_FORECASTS):
        rows = season.warehouse.read(table)
        assert rows
        assert all(row["made_at"] < row["tip_off"] and row["because"] for row in rows)
    before = season.warehouse.stamp((FORECASTS, PLAYER_FORECASTS, FORECAST_SCORES))
    season.go_to(season.now)
    assert season.warehouse.stamp((FORECASTS, PLAYER_FORECASTS, FORECAST_SCORES)) == before


def test_players_points_by_their_chances_to_play_add_up_to_their_teams(season: Season) -> None:
    """Of what was told last, with those who fell out since the first version."""
    points = {}
    for row in sorted(season.warehouse.read(FORECASTS), key=lambda row: row["made_at"]):
        if row["is_used"]:
            points[row["game_id"], row["home_team"]] = row["home_points"]
            points[row["game_id"], row["away_team"]] = row["away_points"]
    last = {}
    for row in sorted(season.warehouse.read(PLAYER_FORECASTS), key=lambda row: row["made_at"]):
        if row["is_used"]:
            last[row["game_id"], row["player_id"]] = row
    together: dict[tuple[str, str], float] = defaultdict(float)
    for row in last.values():
        together[row["game_id"], row["team_id"]] += row["appears"] * row["stats"]["points"]["mean"]
    assert together == pytest.approx(points)
    assert {0.0, 1.0} < {row["appears"] for row in last.values()}


def test_every_game_that_was_told_and_played_has_a_score_and_counts_for_drift(season: Season) -> None:
    scores = [one for one in all_scores(season.warehouse) if one.family == Family.OUTCOME and one.is_used]
    told = {row["game_id"] for row in season.warehouse.read(FORECASTS)}
    decided = {
        one.game_id
        for one in season.facts.known_at(season.now).fixtures
        if one.is_final and one.home_points != one.away_points
    }
    assert {one.game_id for one in scores} == told & decided
    assert len(scores) >= 5
    entries = of_family(season.registry, Family.OUTCOME).entries(DRIFT)
    assert {entry["game_id"] for entry in entries} == {one.game_id for one in scores}
    assert all("games" in entry["said"] for entry in entries)


def test_a_corrected_result_is_scored_anew(season: Season) -> None:
    [score, *_] = [one for one in all_scores(season.warehouse) if one.family == Family.OUTCOME]
    final = next(one for one in season.facts.known_at(season.now).fixtures if one.game_id == score.game_id)
    turned = replace(final, home_points=final.away_points, away_points=final.home_points, known_at=season.now)
    facts = replace(season.facts, fixtures=(*season.facts.fixtures, turned))
    score_played(season.warehouse, facts, season.now, 365, RUN)
    newest = {one.game_id: one for one in all_scores(season.warehouse) if one.family == Family.OUTCOME}
    assert newest[score.game_id].is_right is not score.is_right
