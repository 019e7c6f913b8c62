"""A server killed while it decides: what it confirmed is there, what it did not is whole or absent."""

from __future__ import annotations

import shutil
from itertools import count
from pathlib import Path

from uball_assets.app.context import open_context
from uball_assets.domain.review.decisions import Wish
from uball_assets.domain.review.ledger import Action
from uball_assets.services.review.deciding import Asked, Decider
from uball_assets.services.review.game import ReviewedGame
from uball_assets.services.review.sources import Sources
from uball_assets_tests.app.conftest import settings_of
from uball_assets_tests.app.review.conftest import item_at
from uball_assets_tests.killing import killed_at

KEY = Asked("Ann", "one key")
SPLIT = Wish(Action.SPLIT, {}, [{"moment_game_s": 38.0}, {"moment_game_s": 41.0, "label": "REBOUND"}])
STEP = 5
"""Every write takes a minute."""


def test_killed_at_any_write_a_decision_is_whole_or_absent_and_the_same_key_makes_it_whole(
    review_home: Path, tmp_path: Path
) -> None:
    home = shutil.copytree(review_home, tmp_path / "home")
    with open_context(settings_of(home)) as context:
        sources = Sources(context.training, context.registry, context.plays_db)
    file = home / "plays.db"
    before = file.read_bytes()

    def decide() -> None:
        """As a page does, which sends its decision until it is confirmed."""
        seen = ReviewedGame(sources, "m1").item(item_at(40.0))
        assert seen is not None
        Decider(sources).decide("m1", item_at(40.0), seen.version, SPLIT, KEY)

    def stands() -> tuple[int, int, tuple[str, ...]]:
        """Decisions, plays, and games in review."""
        database = sources.plays_db
        decided = database.decisions(game_id="m1")
        return len(decided), len(database.plays("m1")), tuple(database.games_in_review())

    outcomes = set()
    for write in count(1, STEP):
        Path(f"{file}-journal").unlink(missing_ok=True)
        file.write_bytes(before)
        was_killed = killed_at(write, home, decide)
        outcomes.add(stands())
        decide()
        assert stands() == (1, 2, ("m1",))
        if not was_killed:
            break
    assert outcomes == {(0, 0, ()), (1, 2, ("m1",))}
