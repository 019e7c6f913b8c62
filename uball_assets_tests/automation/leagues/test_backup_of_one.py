"""A league that shares Dagster's folder with others backs up what it may read of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from uball_assets.automation.backups.places import places_of
from uball_assets.domain.backup.coverage import DAGSTER_LEFT_OUT, HOME_LEFT_OUT
from uball_assets.domain.backup.manifest import DAGSTER, HOME
from uball_assets.services.backup.sources import home_sources
from uball_assets.settings import load_settings

TABLES, PRINTED = "history/runs.db", "compute_logs/a-run/printed"


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What runs print is closed to whoever is not their league, its folder too."""
    folder = tmp_path / "shared"
    for name in (TABLES, PRINTED):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text("x")
    listed = Path.iterdir

    def closed(path: Path) -> Iterator[Path]:
        if path.name == "compute_logs":
            raise PermissionError(path)
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", closed)
    return folder


def test_what_a_backup_does_without_is_not_looked_into(shared: Path, tmp_path: Path) -> None:
    found = home_sources(DAGSTER, shared, DAGSTER_LEFT_OUT, [], tmp_path / "scratch")
    assert [source.name for source in found] == [TABLES]


def test_of_the_home_the_note_of_its_stores_is_not_taken_to_another_place(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    for name in ("dagster/stores.json", "reports/weekly.html"):
        (home / name).parent.mkdir(parents=True)
        (home / name).write_text("x")
    monkeypatch.setenv("UBALL_HOME", str(home))
    monkeypatch.setenv("UBALL_INSTANCE_FOLDER", str(shared))
    places = places_of(load_settings())
    assert places.dagster == shared
    found = home_sources(HOME, places.home, HOME_LEFT_OUT, places.own_places, tmp_path / "scratch")
    assert [source.name for source in found] == ["reports/weekly.html"]
