"""Whether a training of forecasts is due, how, and in words why or why not.

Level-triggered: the answer depends only on what is so now, so a missed tick, a crash or a failed training
loses no result: the games that are known still differ from those that were learned from.

    nothing learned yet                                             from scratch
    less than 7 days of results since the last one from scratch     continued
    7 days of them, or 7 days since it was made (the weekly check)  from scratch
    30 days since the last tuning, by results or by the clock       tuned
    a pause, a freeze window (playoffs)                             nothing

Belongs here: the rule. Not here: who asks (`automation`), attempts that failed, training.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from uball_assets.domain.forecasting.config import ForecastConfig
from uball_assets.domain.forecasting.how import How
from uball_assets.domain.forecasting.rows import phases_of
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.learning.due.freeze import Held
from uball_assets.domain.learning.due.requests import Request
from uball_assets.domain.learning.due.words import count, duration

FROM_SCRATCH_AFTER = timedelta(days=7)
TUNED_AFTER = timedelta(days=30)
FEWEST_GAMES = 4
"""For a first model: home advantage alone can be told from fewer."""


@dataclass(frozen=True)
class KnownGames:
    """Games with a result that may be learned from."""

    hash: str
    """Of their ids and results: a correction changes it."""
    count: int
    newest: datetime | None
    """Tip-off, UTC; None where there is no game."""

    @classmethod
    def of(cls, fixtures: Iterable[Fixture], config: ForecastConfig) -> KnownGames:
        """`fixtures`: of each game the version known now."""
        phases = phases_of(config)
        played = sorted(
            (one for one in fixtures if one.is_final and one.phase in phases),
            key=lambda one: (one.tip_off, one.game_id),
        )
        newest_first = list(dict.fromkeys(one.season for one in reversed(played)))
        kept = [one for one in played if one.season in newest_first[: config.seasons]]
        results = [[one.game_id, one.home_points, one.away_points] for one in kept]
        return cls(content_hash(results), len(kept), kept[-1].tip_off if kept else None)


@dataclass(frozen=True)
class LastTraining:
    """What the newest model of the family was made from, and when."""

    name: str
    learned_hash: str
    """`KnownGames.hash` then."""
    learned_count: int
    scratch_newest: datetime
    """The newest game (tip-off) at the last training from scratch, tuned or not; UTC, as all of these."""
    scratch_at: datetime
    """When that was."""
    tuned_newest: datetime | None = None
    """The same of the last tuning; None: never."""
    tuned_at: datetime | None = None


@dataclass(frozen=True)
class Due:
    how: How | None
    """None: not now."""
    reason: str
    """A sentence with its numbers."""
    needs: str = ""
    """What would have to happen for it to be otherwise."""


def due(
    last: LastTraining | None,
    known: KnownGames,
    now: datetime,
    held: Held | None = None,
    asked: Request | None = None,
) -> Due:
    """`asked`: a person's request that no model has answered yet; it is held by a freeze as all are."""
    if held:
        return Due(None, held.reason, held.remedy)
    if known.newest is None or known.count < FEWEST_GAMES:
        missing = count(FEWEST_GAMES - known.count, "more result")
        return Due(None, f"waiting: {count(known.count, 'game')} with a result", f"{missing} come in")
    if last is None:
        return Due(How.FROM_SCRATCH, f"due: the first model, from {count(known.count, 'game')}")
    is_same = known.hash == last.learned_hash
    if is_same and not asked:
        return Due(
            None,
            f"up to date: {last.name} has learned from all {count(known.count, 'game')}",
            "a game is played, or a result corrected",
        )
    how, why = _how(last, known.newest, now)
    if asked:
        how = How.FROM_SCRATCH if asked.from_base and how is How.CONTINUED else how
        return Due(how, f"due: {asked.words}, {how}: {why}")
    return Due(how, f"due: {_difference(last, known)}, {how}: {why}")


def _how(last: LastTraining, newest: datetime, now: datetime) -> tuple[How, str]:
    since_tuned = _longest(
        newest, now, last.tuned_newest or last.scratch_newest, last.tuned_at or last.scratch_at
    )
    if since_tuned >= TUNED_AFTER:
        return How.TUNED, f"{_days(since_tuned)} since the last tuning"
    since = _longest(newest, now, last.scratch_newest, last.scratch_at)
    if since >= FROM_SCRATCH_AFTER:
        return How.FROM_SCRATCH, f"{_days(since)} since the last training from scratch"
    return How.CONTINUED, f"{_days(since)} since the last training from scratch"


def _longest(newest: datetime, now: datetime, was_newest: datetime, was_at: datetime) -> timedelta:
    """By results or by the clock, whichever is longer: an archive of a month may come in within an hour."""
    return max(newest - was_newest, now - was_at, timedelta(0))


def _days(span: timedelta) -> str:
    return duration(span.total_seconds())


def _difference(last: LastTraining, known: KnownGames) -> str:
    more = known.count - last.learned_count
    if more > 0:
        return f"{count(more, 'new game')}"
    return f"{count(-more, 'game')} taken out" if more < 0 else "a result was corrected"
