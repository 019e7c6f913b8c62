"""The application on a small league: two games with plays, no video, nothing processed.

`client` asks without a key, as on this machine before the first one is made. `open_client` serves any other
home, as that of the fixture `trained`. Belongs here: leagues and clients that several modules use.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from uball_assets.app.application import build_app
from uball_assets.app.context import AppContext, open_context
from uball_assets.automation.instance import Instance
from uball_assets.resources import plays_database
from uball_assets.settings import Settings

HERE = "http://127.0.0.1:8000"
"""The address that the client calls it by."""


@contextmanager
def open_client(settings: Settings, instance: Instance | None = None, **options: Any) -> Iterator[TestClient]:
    """Errors of the application are raised in the test. Jobs are looked after where an instance is given: to
    open a fresh home's takes seconds."""
    with open_context(settings, instance) as context:
        client = TestClient(build_app(context), HERE, **options)
        with client if instance else nullcontext():
            yield client


def context_of(client: TestClient) -> AppContext:
    context: Any = client.app.state.context  # type: ignore[attr-defined]
    assert isinstance(context, AppContext)
    return context


@pytest.fixture(scope="module")
def league_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home of the module's own with the small league in it."""
    settings = settings_of(tmp_path_factory.mktemp("league"))
    fill(settings)
    return settings


@pytest.fixture(scope="module")
def client(league_settings: Settings) -> Iterator[TestClient]:
    with open_client(league_settings) as client:
        yield client


def settings_of(home: Path, **settings: Any) -> Settings:
    """With everything under `home`."""
    return Settings(
        home=home,
        videos_url=str(home / "videos"),
        training_url=str(home / "training"),
        plays_url=f"sqlite:///{home / 'plays.db'}",
        **settings,
    )


def fill(settings: Settings) -> None:
    """Two games, three plays in the first; the second is called by a name that tries to be HTML."""
    database = plays_database(settings)
    database.add_game(_game("g1", "Falcons", "Night Owls"), [_play("g1", n) for n in range(3)], [])
    database.add_game(_game("g2", "<script>alert(1)</script>", "Night Owls"), [], [])


def _game(game_id: str, team_a: str, team_b: str) -> dict[str, Any]:
    return {"id": game_id, "date": "2025-10-04", "team1_display_name": team_a, "team2_display_name": team_b}


def _play(game_id: str, number: int) -> dict[str, Any]:
    start_game_s = 10.0 * number
    return {
        "id": f"{game_id}_p{number}",
        "game_id": game_id,
        "angle": "LEFT",
        "classification": ("FG_MAKE", "3PT_MISS", "4PT_MAKE")[number],
        "start_timestamp": start_game_s,
        "end_timestamp": start_game_s + 4,
        "timestamp_seconds": start_game_s + 2,
    }
