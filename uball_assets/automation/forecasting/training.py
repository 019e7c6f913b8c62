"""Whether models of forecasts are to be trained or decided on now: both families in one run.

Belongs here: putting the families' answers together. Not here: the rule (`domain.forecasting.due`), what is
known (`situation`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from uball_assets.adapters.record.family import of_family
from uball_assets.adapters.record.registry import Registry
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.record import FORECASTING
from uball_assets.services.forecasting.operating.holding import held_forecasts
from uball_assets.services.forecasting.operating.learning import next_model
from uball_assets.services.forecasting.operating.versions import undecided
from uball_assets.settings import Settings


@dataclass(frozen=True)
class TrainingWish:
    is_due: bool
    reason: str
    """Of each family, a sentence; one where they say the same."""
    target: str = ""
    """What its attempts are counted at."""
    learned_to: datetime | None = None
    """The newest game that every family has learned from; None: one has learned nothing."""

    def games_since(self, fixtures: Iterable[Fixture]) -> set[str]:
        """Those that a model will have learned from, and those that it will tell."""
        return {one.game_id for one in fixtures if self.learned_to is None or one.tip_off >= self.learned_to}


def training_wish(
    settings: Settings, registry: Registry, fixtures: Sequence[Fixture], now: datetime
) -> TrainingWish:
    """`fixtures`: of the facts, in all their versions; `now` in the league's time zone."""
    held = held_forecasts(registry, settings.windows, settings.calendar, now)
    config = settings.forecast_config
    reasons, at, learned_to, is_due = [], [], [], False
    for family in FORECASTING:
        own = of_family(registry, family)
        newest = own.latest("models")
        following = next_model(own, fixtures, config, now, held)
        waiting = None if held else undecided(own)
        is_due |= following.due.how is not None or waiting is not None
        waits = f"{waiting['name']} waits for its decision; " if waiting else ""
        reasons.append(f"{waits}{following.due.reason}")
        at.append([following.known.hash, following.answers, newest["name"] if newest else ""])
        learned_to.append(datetime.fromisoformat(newest["last_game"]) if newest else None)
    told = [one for one in learned_to if one]
    return TrainingWish(
        is_due,
        _together(reasons),
        content_hash(at),
        min(told) if len(told) == len(learned_to) else None,
    )


def _together(reasons: Sequence[str]) -> str:
    if len(set(reasons)) == 1:
        return reasons[0]
    return "; ".join(f"{family}: {says}" for family, says in zip(FORECASTING, reasons, strict=True))
