"""A league without videos, for tests: a feed of files that grows, a warehouse, Dagster in this process.

Dates lie around today, so that the product's own clock and rules apply: part of the league was played, part
is to come.

Belongs here: making it and running its jobs. Not here: any verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from uball_assets.adapters.record.family import of_family
from uball_assets.adapters.record.registry import Entry
from uball_assets.definitions import build_defs
from uball_assets.demo.seasons.feed_files import write_feed
from uball_assets.demo.seasons.generated import GeneratedSeasons
from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.record import Family
from uball_assets.domain.tables import Table
from uball_assets.resources import Resources, build_resources
from uball_assets.settings import Settings

_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def seasons_around(now: datetime, games: int = 30, to_come: int = 4) -> GeneratedSeasons:
    """One season, of which the first game to come begins tomorrow."""
    league = GeneratedSeasons(
        seed=5, teams=4, seasons=1, games_a_season=games, games_to_come=to_come, first_day=_midnight(now)
    )
    coming = [one.fixture.tip_off for one in league.games if one.fixture.home_points is None]
    ahead = (_midnight(now) + timedelta(days=1)) - _midnight(min(coming))
    return league.beginning(_midnight(now) + ahead)


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True)
class FeedLeague:
    settings: Settings
    instance: dg.DagsterInstance
    defs: dg.Definitions
    resources: Resources
    feed: Path
    facts: LeagueFacts
    """All that will ever be told."""

    def tell(self, until: datetime) -> None:
        """The feed says what was known by then."""
        write_feed(self.feed, self.facts, until)

    def add_partitions(self, game_ids: Sequence[str]) -> None:
        self.instance.add_dynamic_partitions("fixtures", list(game_ids))

    def run(self, job: str, game_ids: Sequence[str], **form: Any) -> dg.ExecuteInProcessResult:
        """For the range of these games, the first to the last."""
        ends = {
            "dagster/asset_partition_range_start": game_ids[0],
            "dagster/asset_partition_range_end": game_ids[-1],
        }
        return self.defs.resolve_job_def(job).execute_in_process(
            instance=self.instance, tags=ends, raise_on_error=False, run_config={**form, **_QUIET}
        )

    def rows(self, table: Table) -> list[dict[str, Any]]:
        return self.resources.warehouse.read(table)

    def entries(self, family: Family, kind: str) -> list[Entry]:
        return of_family(self.resources.registry, family).entries(kind)


def new_feed_league(home: Path, facts: LeagueFacts, **settings: Any) -> FeedLeague:
    """Everything it writes is under `home`; its feed is empty."""
    chosen = Settings(
        home=home,
        videos_url=str(home / "videos"),
        training_url=str(home / "training"),
        warehouse_url=str(home / "warehouse"),
        plays_url=f"sqlite:///{home / 'plays.db'}",
        results_sources=(str(home / "feed"),),
        **settings,
    )
    (home / "feed").mkdir(parents=True)
    return FeedLeague(
        chosen,
        dg.DagsterInstance.ephemeral(),
        build_defs(chosen),
        build_resources(chosen),
        home / "feed",
        facts,
    )


def played_and_to_come(facts: LeagueFacts, now: datetime) -> tuple[list[str], list[str]]:
    """Game ids by tip-off."""
    games = sorted(facts.known_at(now).fixtures, key=lambda one: (one.tip_off, one.game_id))
    return (
        [one.game_id for one in games if one.is_final],
        [one.game_id for one in games if not one.is_final and one.tip_off > now],
    )


def utc_now() -> datetime:
    return datetime.now(UTC)
