"""The form book: every feature of a game, or of a player in one, as it was known at a moment.

Made once of all facts, asked about any game in any order. A feature sees only what was known at the moment
asked (its tip-off, or earlier), in the version that was the newest one then; and never its own game.

Belongs here: asking, and answering in the columns' order. Not here: one game's answers (`page`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from uball_assets.domain.form.columns import GAME_FEATURES, PLAYER_FEATURES, Feature
from uball_assets.domain.form.index import Index
from uball_assets.domain.form.page import Page
from uball_assets.domain.form.rows import Features
from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.league.rosters import Roster


class FormBook:
    def __init__(self, facts: LeagueFacts) -> None:
        self._index = Index(facts)
        self._last: Page | None = None

    def game(self, fixture: Fixture, as_of: datetime | None = None) -> dict[str, float | None]:
        """By name, in the order of `GAME_FEATURES`; `as_of` is the tip-off where it is not earlier. Of the
        fixture only who meets whom when is read. Both moments must be aware of their zone."""
        return _in_order(GAME_FEATURES, self._page(fixture, as_of).game())

    def player(
        self, fixture: Fixture, team_id: str, player_id: str, as_of: datetime | None = None
    ) -> dict[str, float | None]:
        """By name, in the order of `PLAYER_FEATURES`."""
        return _in_order(PLAYER_FEATURES, self._page(fixture, as_of).player(team_id, player_id))

    def roster(self, team_id: str, moment: datetime) -> Roster:
        """As known at `moment`, from moves and from who appeared."""
        return self._index.rosters.at(team_id, moment)

    def _page(self, fixture: Fixture, as_of: datetime | None) -> Page:
        """Of the game asked about last it is kept, for its players are asked about next."""
        moment = min(as_of or fixture.tip_off, fixture.tip_off)
        page = self._last
        if page is None or (page.fixture, page.moment) != (fixture, moment):
            page = self._last = Page(self._index, fixture, moment)
        return page


def _in_order(features: Iterable[Feature], found: Features) -> dict[str, float | None]:
    return {feature.name: found.get(feature.name) for feature in features}
