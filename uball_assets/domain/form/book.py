"""The form book: every feature of a game, or of a player in one, as it was known at a moment.

Made once of all facts, asked about any game in any order. A feature sees only what was known at the moment
asked (its tip-off, or earlier), in the version that was the newest one then; and never its own game.

Belongs here: asking, and answering in the columns' order. Not here: one game's answers (`page`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from uball_assets.domain.form.columns import GAME_FEATURES, PLAYER_FEATURES, Feature
from uball_assets.domain.form.index import Index
from uball_assets.domain.form.page import Page
from uball_assets.domain.form.rows import Asked, Features, Floats
from uball_assets.domain.form.view import View
from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.league.rosters import Roster

PLAYER_NAMES = tuple(feature.name for feature in PLAYER_FEATURES)


class FormBook:
    def __init__(self, facts: LeagueFacts) -> None:
        self._index = Index(facts)
        self._view: tuple[tuple[float, int, int], View] | None = None
        self._page: Page | None = None

    def game(
        self, fixture: Fixture, as_of: datetime | None = None, out: Iterable[str] = ()
    ) -> dict[str, float | None]:
        """By name, in the order of `GAME_FEATURES`; `as_of` is the tip-off where it is not earlier. Of the
        fixture only who meets whom when is read. Both moments must be aware of their zone. `out`: who cannot
        play either, whatever is known of them."""
        return _in_order(GAME_FEATURES, self._page_of(fixture, as_of, frozenset(out)).game())

    def player(
        self, fixture: Fixture, team_id: str, player_id: str, as_of: datetime | None = None
    ) -> dict[str, float | None]:
        """By name, in the order of `PLAYER_FEATURES`."""
        [row] = self.players(fixture, team_id, (player_id,), as_of).tolist()
        told = zip(PLAYER_NAMES, row, strict=True)
        return {name: None if value != value else value for name, value in told}

    def players(
        self, fixture: Fixture, team_id: str, players: Sequence[str], as_of: datetime | None = None
    ) -> Floats:
        """The same of many: a row each, in the order of `PLAYER_NAMES`, NaN for None."""
        return self._page_of(fixture, as_of).players(team_id, players)

    def appearing(
        self, fixture: Fixture, team_id: str, as_of: datetime | None = None, player: str | None = None
    ) -> dict[str, float]:
        """The chance of each who can play that he does, 0 to 1; nobody's of a team without a known game.
        `player`: one who is taken to be able to."""
        return self._page_of(fixture, as_of).appearing(team_id, player)

    def roster(self, team_id: str, moment: datetime) -> Roster:
        """As known at `moment`, from moves and from who appeared."""
        return self._index.rosters.at(team_id, moment)

    def _page_of(self, fixture: Fixture, as_of: datetime | None, out: frozenset[str] = frozenset()) -> Page:
        """What was made last is kept: a game's players are asked about after it, and other games as of the
        same moment."""
        moment = min(as_of or fixture.tip_off, fixture.tip_off)
        asked = Asked(
            moment.timestamp(),
            fixture.tip_off.timestamp(),
            self._index.seasons[fixture.season],
            self._index.games[fixture.game_id],
        )
        page = self._page
        if page is None or (page.fixture, page.asked, page.out) != (fixture, asked, out):
            page = self._page = Page(self._view_of(asked, moment), fixture, asked, out)
        return page

    def _view_of(self, asked: Asked, moment: datetime) -> View:
        key = asked.at_s, asked.season, asked.game
        kept = self._view
        if kept is None or kept[0] != key:
            kept = self._view = key, View(self._index, asked, moment)
        return kept[1]


def _in_order(features: Iterable[Feature], found: Features) -> dict[str, float | None]:
    return {feature.name: found.get(feature.name) for feature in features}
