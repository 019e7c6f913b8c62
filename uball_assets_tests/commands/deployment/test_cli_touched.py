"""`uball touched`: what a model touched, in words and as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from uball_assets.adapters.plays.sqlite_plays_db import SqlitePlaysDb
from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.cli import main


def uball(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["touched", *arguments])


@pytest.fixture(autouse=True)
def league(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """v2 serves, and annotated a game; v3 goes on from it."""
    monkeypatch.setenv("UBALL_HOME", str(tmp_path / "home"))
    registry = StoreRegistry(FolderStore(tmp_path / "home" / "training"), lambda: datetime.now(UTC))
    for version, parent in ((1, None), (2, "v1-1games"), (3, "v2-1games")):
        name = f"v{version}-1games"
        model = {"name": name, "label": name, "version": version, "parent": parent, "game_ids": ["g0"]}
        registry.append("models", model, key=name)
    for generation, (name, why) in enumerate((("v1-1games", "the first"), ("v2-1games", "better"))):
        routes = [{"model": name, "weight_percent": 100}]
        row = {"generation": generation, "routes": routes, "shadow": None, "reason": why}
        registry.append("routes", row, key=why)
    registry.append("annotations", {"game_id": "g1", "model": "v2-1games", "play_count": 12}, key="g1")
    SqlitePlaysDb(tmp_path / "home" / "plays.db").add_game({"id": "g1"}, [], [])


def test_what_it_touched_is_told_with_what_undoes_it() -> None:
    said = uball("v2")
    assert said.exit_code == 0, said.output
    assert "to now: 100 % of the games (better)" in said.stdout
    assert "g1" in said.stdout
    assert "uball rollback v1-1games" in said.stdout
    assert "1 games have its words" in said.stdout
    assert "go on from it: v3-1games" in said.stdout


def test_programs_get_the_same() -> None:
    told = json.loads(uball("v2-1games", "--json").stdout)
    assert told["games"] == [{"game_id": "g1", "stands": True, "plays": 12, "decided": {}}]
    assert told["heirs"] == ["v3-1games"]
    assert told["serves"]


def test_a_model_that_touched_nothing_has_nothing_to_undo() -> None:
    said = uball("v3")
    assert "no route ever led to it" in said.stdout
    assert "nothing  is to be undone" in said.stdout


def test_a_version_that_is_none_is_refused_with_those_that_are() -> None:
    said = uball("v9")
    assert said.exit_code == 1
    assert "v1-1games, v2-1games, v3-1games" in said.stderr
