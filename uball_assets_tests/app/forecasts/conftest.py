"""The small league, served: two models of each family in its store, the first ones of them serving."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient

from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.record import FORECASTING
from uball_assets.domain.serving.routing import promoted
from uball_assets.settings import Settings
from uball_assets_tests.app.conftest import context_of, open_client, settings_of
from uball_assets_tests.app.forecasts import small_league

GAMES = 60
DAY = "2025-11-20"
"""After all of them."""


@dataclass(frozen=True)
class Served:
    settings: Settings
    league: LeagueFacts
    client: TestClient

    def ask(self, path: str, status: int = 200, **body: Any) -> dict[str, Any]:
        answer = self.client.post(path, json=body)
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def game(self, home: str = "Falcons", away: str = "Owls", on: str = DAY, **more: Any) -> dict[str, Any]:
        return self.ask("/predict/game", home_team=home, away_team=away, game_date=on, **more)

    def player(
        self, player: str = "falcons-1", opponent: str = "Owls", on: str = DAY, **more: Any
    ) -> dict[str, Any]:
        return self.ask("/predict/player", player_id=player, opponent=opponent, game_date=on, **more)

    def forget_the_look(self) -> None:
        """As if a second had passed."""
        context_of(self.client).forecasts.predictor._looked_at_s = float("-inf")


@pytest.fixture(scope="package")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A store with the models in it, and nothing else."""
    settings = settings_of(tmp_path_factory.mktemp("models"), requests_a_minute=100_000)
    league = small_league.facts(GAMES)
    small_league.train(settings, league, 1)
    small_league.train(settings, league, 2, games=GAMES // 2)
    return settings


@pytest.fixture
def served(learned: Settings, tmp_path: Any) -> Iterator[Served]:
    home = tmp_path / "home"
    settings = learned.model_copy(update={"home": home, "warehouse_url": str(home / "warehouse")})
    shutil.copytree(learned.training_url, home / "training")
    settings = settings.model_copy(update={"training_url": str(home / "training")})
    league = small_league.facts(GAMES)
    small_league.fill(settings, league)
    for family in FORECASTING:
        small_league.serve(settings, family, promoted(None, f"{family}-model-v1"))
    with open_client(settings) as client:
        yield Served(settings, league, client)
