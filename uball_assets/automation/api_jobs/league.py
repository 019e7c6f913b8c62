"""Orders of the league's jobs: which of its assets, of which games, told what.

Results are asked for and forecasts made of the whole league, whichever game's partition a run has; a box
score, and features of a game that was played, are of its own games. Belongs here: orders. Not here: launching
(`launching`), the assets (`assets.league`, `assets.forecasting`), when sensors start them
(`automation.forecasting`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from uball_assets.assets.league.run_form import pipeline_config, refresh_config, training_config
from uball_assets.assets.run_words import FIXTURES
from uball_assets.automation.api_jobs.launching import Order
from uball_assets.automation.forecasting.jobs import FACTS, MODELS
from uball_assets.domain.league.fixtures import Fixture

_TELL = "forecasts"
_LATELY = timedelta(days=7)
"""Results of games that began since then may be missing."""


@dataclass(frozen=True)
class LeagueOrders:
    """For who asks, as the schedule is now."""

    by: str
    partitions: Sequence[str]
    """Dagster's, in their order."""
    fixtures_since: Callable[[datetime | None], Sequence[Fixture]]
    """Reads the newest version of each game that begins then or later; of all for None."""
    now: datetime

    def refresh(self, history_days: int = 0) -> Order | None:
        """Results, features and forecasts, without a training; None before any game is known.
        `history_days`: results of so many days anew."""
        config = refresh_config(history_days, return_predictions=True)
        return self._order("league refresh", (*FACTS, _TELL), config, self._days(history_days))

    def pipeline(self, history_days: int) -> Order | None:
        """As `refresh`, and models that are due are trained."""
        config = pipeline_config(history_days, return_predictions=True)
        return self._order("forecast pipeline", (*FACTS, *MODELS, _TELL), config, self._days(history_days))

    def training(self, because: str, days_back: int | None, min_matches: int) -> Order | None:
        """Both models, from games of so many days; None: as far as the settings say."""
        config = training_config(days_back or 0, min_matches)
        days = timedelta(days=days_back) if days_back else _LATELY
        assets = ("form_features", *MODELS, _TELL)
        return self._order("forecast training", assets, config, days, because)

    def forecasts(self) -> Order | None:
        """Of all games to come, from what is known."""
        told = {"ops": {_TELL: {"config": {"return_predictions": True}}}}
        return self._order("forecasts", ("form_features", _TELL), told, _LATELY)

    def _days(self, history_days: int) -> timedelta:
        return max(_LATELY, timedelta(days=history_days))

    def _order(
        self,
        what: str,
        assets: tuple[str, ...],
        config: Mapping[str, Any],
        days: timedelta,
        because: str = "",
    ) -> Order | None:
        games = self._games_since(self.now - days)
        why = because or "asked for over the API"
        return Order(what, assets, games, self.by, why, FIXTURES, config) if games else None

    def _games_since(self, since: datetime) -> list[str]:
        """The whole schedule is read only where nothing of it is a partition yet, and nothing is new."""
        games = games_since(self.partitions, self.fixtures_since(since), since)
        return games or games_since((), self.fixtures_since(None), since)


def games_since(partitions: Sequence[str], fixtures: Iterable[Fixture], since: datetime) -> list[str]:
    """Partitions that stand beside each other, for Dagster makes one run of those: from the first to the last
    game that begins after `since`, or the newest one."""
    known = list(fixtures)
    there = set(partitions)
    keys = [*partitions, *(one.game_id for one in known if one.game_id not in there)]
    wanted = {one.game_id for one in known if one.tip_off >= since}
    places = [place for place, key in enumerate(keys) if key in wanted]
    return keys[places[0] : places[-1] + 1] if places else keys[-1:]
