"""`uball instance admit`, where there is nothing to admit anybody to."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from uball_assets.cli import main


@pytest.mark.parametrize("url", ["", None])
def test_sqlite_has_no_roles_and_it_says_what_has(
    url: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UBALL_HOME", str(tmp_path))
    if url is None:
        monkeypatch.delenv("UBALL_INSTANCE_URL", raising=False)
    else:
        monkeypatch.setenv("UBALL_INSTANCE_URL", url)
    told = CliRunner().invoke(main, ["instance", "admit", "north"])
    assert told.exit_code != 0
    assert "SQLite's files have no roles: use PostgreSQL" in told.output
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("name", ["North", "a--b", "x'; DROP TABLE runs"])
def test_what_cannot_be_a_league_s_name_is_refused(name: str) -> None:
    told = CliRunner().invoke(main, ["instance", "admit", name])
    assert told.exit_code == 2
    assert "a league's name is at most 30 small letters" in told.output
