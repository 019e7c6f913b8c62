"""Where the demo plays, and where it refuses to. What comes of it is in `daemon` and `services`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from uball_assets.adapters.machine.file_lock import only_one
from uball_assets.demo.league import league
from uball_assets.demo.run import run_demo
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.resources import build_resources
from uball_assets.settings import Settings

SMALL = league(seed=3, plays_per_game=4, game_counts=(1, 1, 1))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def test_a_league_with_games_of_one_s_own_is_no_place_for_the_demo(settings: Settings) -> None:
    build_resources(settings).plays_db.add_game({"id": "friday"}, [], [])
    with pytest.raises(
        Permanent, match=r"not the demo's \(friday, 1 in all\).* UBALL_HOME=.uball/demo uball demo"
    ):
        run_demo(settings, print, SMALL)
    assert not (settings.home / "videos").exists()


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("UBALL_INSTANCE_URL", "instance_url", "postgresql://u:p@db.example/dagster"),
        ("UBALL_INSTANCE_FOLDER", "instance_folder", "/var/lib/uball/dagster"),
        ("UBALL_LOGS_URL", "logs_url", "gs://logs-of-a-league"),
        ("UBALL_LEAGUE", "league_slug", "north"),
    ],
)
def test_the_demo_writes_into_no_dagster_of_a_league(
    tmp_path: Path, name: str, field: str, value: str
) -> None:
    home = tmp_path / "home"
    with pytest.raises(Permanent, match=f"in its home alone, and {name} leads to a league's"):
        run_demo(Settings(home=home, **{field: value}), print, SMALL)  # type: ignore[arg-type]
    assert not home.exists()


def test_a_second_demo_in_one_home_is_told_who_is_at_it(settings: Settings) -> None:
    said = f"`uball demo` is at work (process {os.getpid()})"
    with (
        only_one(settings.home / "demo.lock", said),
        pytest.raises(Transient, match=r"at work \(process \d+\)"),
    ):
        run_demo(settings, print, SMALL)
    assert not (settings.home / "videos").exists()
    assert settings.holds_demo
