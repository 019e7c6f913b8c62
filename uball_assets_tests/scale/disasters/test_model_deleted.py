"""The weights of the model that serves are deleted: another serves, and they come back from a backup."""

from __future__ import annotations

from pathlib import Path

import pytest

from uball_assets_tests.scale.disasters.rehearsal import Made
from uball_assets_tests.scale.disasters.runbook import commands

pytestmark = pytest.mark.scale


def test_games_wait_for_another_model_and_the_weights_come_back(in_home: Made, tmp_path: Path) -> None:
    league = in_home.open()
    earlier, deleted = league.models()
    before = league.before()
    weights = league.home / "training" / "models" / deleted
    weights.rename(tmp_path / "gone")
    assert f"models missing: {deleted}" in league.refused("verify")
    new = league.games.new
    league.bring(new)
    league.refused("run", new.game_id)
    assert new.game_id not in league.resources.registry.newest_by_subject("annotations")
    league.refused("promote", deleted, "--because", "it is not there")

    league.own["UBALL_BACKUP_IDENTITY"] = str(in_home.key)
    aside = "/tmp/look"  # noqa: S108 - the page's example
    names = {"v6": "v1", "NAME": deleted, aside: str(tmp_path / "look")}
    lines = commands("Model deleted")
    at = next(number for number, line in enumerate(lines) if line.startswith("uball restore"))
    league.follow(lines[:at], names)
    league.uball("run", new.game_id)
    assert league.resources.registry.newest_by_subject("annotations")[new.game_id]["model"] == earlier
    league.follow(lines[at:], names)

    league.uball("verify")
    assert league.told("routes")["serves"].startswith(deleted)
    assert [row for row in league.annotations() if row[0] != new.game_id] == before.annotations
    assert league.models() == before.models
    league.uball("run", new.game_id, "--train")
    assert league.models()[:-1] == before.models
    assert len(league.models()) == 3, "the game that waited is learned"
