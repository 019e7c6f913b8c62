"""What teams and players are called."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from uball_assets.adapters.plays.opening import open_plays_db
from uball_assets.domain.league.rosters import Move, RosterMove
from uball_assets.services.league.names import LOOK_AGAIN_S, TeamNames, player_names
from uball_assets_tests.domain.league.facts_samples import GAME, TIP_OFF


def test_a_team_is_called_as_its_last_filmed_game_has_it(tmp_path: Path) -> None:
    database = open_plays_db(f"sqlite:///{tmp_path / 'plays.db'}")
    database.add_game({**GAME, "date": "2026-03-01", "team1_display_name": "The Herons"}, [], [])
    database.add_game({**GAME, "id": "g2", "date": "2026-04-01"}, [], [])
    names = TeamNames(database)
    assert [names.of(one) for one in ("t-herons", "t-larks", "t-owls")] == ["Herons", "Larks", "t-owls"]


def test_who_was_never_filmed_is_called_by_the_id_and_looked_for_again_after_a_while(tmp_path: Path) -> None:
    now_s = [0.0]
    names = TeamNames(open_plays_db(f"sqlite:///{tmp_path / 'plays.db'}"), clock=lambda: now_s[0])
    uuid = "6b52ea3f-5ea6-569b-ad4a-c8fc5182d856"
    assert names.of(uuid) == "6b52ea3f"
    names.plays_db.add_game({**GAME, "team_a_id": uuid}, [], [])
    assert names.of(uuid) == "6b52ea3f"
    now_s[0] = LOOK_AGAIN_S
    assert names.of(uuid) == "Herons"


def test_a_player_s_last_name_is_told_and_no_name_takes_it_away() -> None:
    moves = [
        RosterMove("p7", "t1", Move.JOINED, TIP_OFF + timedelta(days=day), TIP_OFF, name)
        for day, name in ((2, "Ada B"), (1, "Ada"), (3, ""))
    ]
    assert player_names(moves) == {"p7": "Ada B"}
