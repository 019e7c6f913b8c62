"""A model served, and what it said is no longer trusted: its words go, and so does what came of them."""

from __future__ import annotations

import pytest

from uball_assets_tests.scale.disasters.rehearsal import Made
from uball_assets_tests.scale.disasters.runbook import commands

pytestmark = pytest.mark.scale


def test_what_it_said_is_another_s_and_no_model_goes_on_from_it(in_home: Made) -> None:
    league = in_home.open()
    good, _ = league.models()
    before, theirs = league.before(), league.games.unannotated
    told = league.told("touched", "v2")
    assert [game["game_id"] for game in told["games"] if game["stands"]] == [theirs.game_id]

    names = {"v7": "v2", "v6": "v1"}
    league.follow(commands("A bad model served", 0), names)
    assert league.told("routes")["serves"].startswith(good)
    league.uball("run", theirs.game_id)
    told = league.told("touched", "v2")
    assert not [game for game in told["games"] if game["stands"]]
    annotated = league.resources.registry.newest_by_subject("annotations")
    assert annotated[theirs.game_id]["model"] == good
    league.follow(commands("A bad model served", 1), names)

    league.bring(league.games.new)
    league.uball("run", league.games.new.game_id, "--train")
    *kept, anew = league.resources.registry.entries("models")
    assert [model["name"] for model in kept] == before.models
    assert anew["parent"] is None, "from the base"
    told = league.told("touched", "v2")
    assert not told["serves"]
    assert anew["name"] not in told["heirs"]
