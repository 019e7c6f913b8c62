"""The demo's seasons: the filmed league's five teams, its last result yesterday, its next game tomorrow.

The day of the first run is kept beside the feed, so that a second one finds the same games; a home of its own
begins anew. Nothing but the days depends on it.

Belongs here: which league, its days, its folder. Not here: making it (`generated`), what the platform makes
of it (`forecasting`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from uball_assets.demo.league import DemoGame
from uball_assets.demo.seasons.feed_files import write_feed
from uball_assets.demo.seasons.generated import GeneratedSeasons
from uball_assets.demo.teams import TEAMS
from uball_assets.domain.league.fixtures import Fixture, Phase, Status
from uball_assets.settings.league.results import FEED

SEED = 7
TO_COME = 4
_ANCHOR = "anchor.json"
"""Written last: what stands beside it is whole."""
_SEASONS = GeneratedSeasons(SEED, teams=TEAMS, seasons=3, games_a_season=60, games_to_come=TO_COME)


def bring_feed(home: Path, filmed: Sequence[DemoGame], today: date) -> GeneratedSeasons:
    """The league whose feed lies in the home; it is written there if it does not."""
    folder = home / FEED
    anchor = folder / _ANCHOR
    if anchor.exists():
        return _around(date.fromisoformat(json.loads(anchor.read_text())["today"]))
    seasons, midnight = _around(today), datetime.combine(today, time(), UTC)
    facts = seasons.facts
    told = replace(facts, fixtures=(*facts.fixtures, *(_fixture(game) for game in filmed)))
    write_feed(folder, told, midnight)
    anchor.write_text(json.dumps({"today": today.isoformat()}))
    return seasons


def _around(today: date) -> GeneratedSeasons:
    first = today - timedelta(days=1 + _SEASONS.last_played_day)
    return _SEASONS.beginning(datetime.combine(first, time(), UTC))


def _fixture(game: DemoGame) -> Fixture:
    """A filmed game: short, played for the cameras, so of a pre-season that counts for no form."""
    row = game.row
    tip_off = datetime.combine(date.fromisoformat(row["date"]), time(10), UTC)
    return Fixture(
        game.game_id,
        "filmed",
        Phase.PRE_SEASON,
        tip_off,
        row["team_a_id"],
        row["team_b_id"],
        Status.FINAL,
        row["scores"]["team1"],
        row["scores"]["team2"],
        tip_off + timedelta(hours=3),
    )
