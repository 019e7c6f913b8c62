"""Launching jobs: which assets of which games, under a tag by which a launch is found again.

Belongs here: orders, and the games that they may name. Not here: speaking to the webserver (`webserver`), a
request that comes twice (`adapters.access`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import dagster as dg

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.assets.clips import CLIPS
from uball_assets.assets.run_words import FIXTURES, LEAGUE_TAGS, PARTITIONS
from uball_assets.automation.api_jobs import tags
from uball_assets.automation.api_jobs.reading import Reader
from uball_assets.automation.api_jobs.webserver import Webserver
from uball_assets.domain.footage.games import is_valid_game_id

_CUT = ("raw_videos", "plays", *(asset.key.to_user_string() for asset in CLIPS.values()), "training_examples")
ANNOTATE = ("annotations",)
GAMES = (*_CUT, *ANNOTATE)
"""All that is of a game."""
TRAIN = ("training_set", "tuned_model", "evaluation", "endpoint")
_TITLE_GAMES = 3


@dataclass(frozen=True)
class Order:
    what: str
    assets: Sequence[str]
    game_ids: Sequence[str]
    by: str
    because: str
    partitions: str = PARTITIONS
    """The set that the games are of: those that were filmed, or all of the league's."""
    run_config: Mapping[str, Any] = field(default_factory=dict)
    """What its assets are told."""


class Launcher:
    def __init__(
        self,
        instance: dg.DagsterInstance,
        reader: Reader,
        webserver: Webserver,
        plays_db: PlaysDb,
        run_tags: Mapping[str, str],
    ) -> None:
        """`run_tags`: what each run is told besides (`Settings.run_tags`)."""
        self._instance, self._reader = instance, reader
        self._webserver, self._plays_db, self._run_tags = webserver, plays_db, run_tags

    def unknown(self, game_ids: Iterable[str]) -> list[str]:
        """Those that neither Dagster nor the plays database knows. One that is in the database alone becomes
        a partition when it is launched."""
        partitions = set(self._instance.get_dynamic_partitions(PARTITIONS))
        return [game for game in game_ids if game not in partitions and not self._is_stored(game)]

    def is_partition(self, game_id: str) -> bool:
        return game_id in self._instance.get_dynamic_partitions(PARTITIONS)

    def launched_for(self, request_id: str) -> str | None:
        """The job that came of this request already."""
        return self._reader.of_request(request_id)

    def launch(self, order: Order, request_id: str) -> str:
        """The job's id. The same request launches one job, however often it is made.

        Raises WebserverAway where nothing was launched, Unsure where that is not known, Permanent where
        Dagster refuses it.
        """
        if found := self.launched_for(request_id):
            return found
        self._webserver.check()
        self._add_partitions(order)
        told = {
            tags.REQUEST: request_id,
            tags.WHAT: order.what,
            tags.BY: order.by,
            tags.BECAUSE: order.because,
        }
        told = {key: value for key, value in told.items() if value}
        return self._webserver.launch(
            order.assets,
            order.game_ids,
            {**LEAGUE_TAGS, **self._run_tags, **told},
            _title(order),
            order.run_config,
        )

    def fixtures(self) -> list[str]:
        """The partitions of the league's games, in Dagster's order."""
        return list(self._instance.get_dynamic_partitions(FIXTURES))

    def _add_partitions(self, order: Order) -> None:
        there = set(self._instance.get_dynamic_partitions(order.partitions))
        if new := [game for game in order.game_ids if game not in there]:
            self._instance.add_dynamic_partitions(order.partitions, new)

    def _is_stored(self, game_id: str) -> bool:
        return is_valid_game_id(game_id) and self._plays_db.game(game_id) is not None


def _title(order: Order) -> str:
    """`training pipeline: g1, g2, g3 and 4 more`; Dagster takes 100 letters without odd ones."""
    shown = ", ".join(game[:20] for game in order.game_ids[:_TITLE_GAMES])
    more = len(order.game_ids) - _TITLE_GAMES
    return f"{order.what}: {shown}" + (f" and {more} more" if more > 0 else "")
