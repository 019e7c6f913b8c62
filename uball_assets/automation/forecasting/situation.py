"""What is so now in the league, read off the warehouse, the record and the runs.

Belongs here: gathering. Not here: deciding (`domain.league.operating.refresh`, `domain.forecasting.due`) or
starting runs (`sensors`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dagster as dg

from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.assets import ours
from uball_assets.assets.run_words import FIXTURES as PARTITIONS
from uball_assets.assets.run_words import PIPELINE_JOB, REFRESH_JOB
from uball_assets.automation.forecasting.jobs import FACTS, MODELS
from uball_assets.automation.runs.notes import RunNotes
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.league.gaps import LOOK_BACK_DAYS, days_ahead, find_gaps, has_both_lines
from uball_assets.domain.league.grade_table import GAME_GRADES
from uball_assets.domain.league.operating.refresh import RefreshView
from uball_assets.domain.league.tables import FIXTURES, PLAYER_LINES, fixture_of
from uball_assets.services.forecasting.operating.rounds import is_stale, round_now
from uball_assets.services.league.facts import read_facts
from uball_assets.settings import Settings

LEAGUE_JOBS = (REFRESH_JOB, PIPELINE_JOB)
LEAGUE_ASSETS = frozenset({*FACTS, *MODELS, "forecasts"})
_MODELS = frozenset(MODELS)
_RESULTS, _FEATURES = ours.key("results"), ours.key("form_features")
_AROUND = timedelta(days=2)
"""A game that began so long ago may be scored still."""


class KeptFixtures:
    """What a process that looks again and again reads once for each state of the warehouse."""

    def __init__(self) -> None:
        self._newest: tuple[str, tuple[Fixture, ...]] = ("", ())
        self._counted: tuple[str, tuple[Fixture, ...]] = ("", ())

    def newest(self, warehouse: Warehouse) -> tuple[Fixture, ...]:
        """The newest version of each game, by tip-off."""
        stamp = warehouse.stamp((FIXTURES,))
        if stamp != self._newest[0]:
            found: dict[str, Fixture] = {}
            for one in sorted(map(fixture_of, warehouse.read(FIXTURES)), key=lambda one: one.known_at):
                found[one.game_id] = one
            in_order = sorted(found.values(), key=lambda one: (one.tip_off, one.game_id))
            self._newest = stamp, tuple(in_order)
        return self._newest[1]

    def counted(self, warehouse: Warehouse) -> tuple[Fixture, ...]:
        """All versions that may be learned from: without the results of games graded F."""
        stamp = warehouse.stamp((FIXTURES, PLAYER_LINES, GAME_GRADES))
        if stamp != self._counted[0]:
            self._counted = stamp, read_facts(warehouse).fixtures
        return self._counted[1]


@dataclass(frozen=True)
class LeagueSituation:
    view: RefreshView
    keys: tuple[str, ...]
    """Every game's partition, in their order; those to be added last."""
    added: tuple[str, ...]
    """Of those, the ones to be added."""
    unmade: tuple[str, ...]
    around: tuple[str, ...]
    """Games of which something may change: missing, played lately, to come."""
    state: str
    """Of facts and routes, as a hash takes it."""


def league_situation(
    settings: Settings,
    registry: Registry,
    warehouse: Warehouse,
    instance: dg.DagsterInstance,
    notes: RunNotes,
    kept: KeptFixtures,
    now: datetime,
) -> LeagueSituation:
    fixtures, calendar = kept.newest(warehouse), settings.calendar
    gaps = _gaps(warehouse, fixtures, settings, now)
    partitions = list(instance.get_dynamic_partitions(PARTITIONS))
    known = [one.game_id for one in fixtures]
    there = set(partitions)
    added = tuple(game for game in known if game not in there)
    made = set(instance.get_materialized_partitions(_FEATURES)) if known else set()
    unmade = tuple(game for game in known if game not in made)
    state = round_now(warehouse, registry)
    missing = {game for game, _ in gaps}
    around = [one.game_id for one in fixtures if one.tip_off >= now - _AROUND or one.game_id in missing]
    view = RefreshView(
        now_s=now.timestamp(),
        is_running=is_league_running(notes),
        games=len(known),
        unmade=len(unmade),
        gaps=tuple(says for _, says in gaps),
        is_stale=bool(known) and is_stale(registry, state),
        looked_s=_looked_s(instance),
        look_every_s=settings.results_look_s,
        expects_games=days_ahead(calendar, now) is not None,
    )
    return LeagueSituation(
        view, (*partitions, *added), added, unmade, tuple(around), str(sorted(state.items()))
    )


def is_league_running(notes: RunNotes) -> bool:
    """Whether a run of the league, whoever started it, is queued or going."""
    return any(run.job in LEAGUE_JOBS or LEAGUE_ASSETS & run.assets for run in notes.live_runs())


def is_training(notes: RunNotes) -> bool:
    """Whether a run that may make or choose a model is queued or going. A refresh beside it does no harm."""
    return any(run.job == PIPELINE_JOB or _MODELS & run.assets for run in notes.live_runs())


def played_without_features(instance: dg.DagsterInstance, fixtures: Sequence[Fixture]) -> int:
    """How many games have a result and cannot be learned from yet."""
    played = {one.game_id for one in fixtures if one.is_final}
    return len(played - set(instance.get_materialized_partitions(_FEATURES))) if played else 0


def newest_of(keys: Sequence[str], due: Collection[str], most: int) -> list[str]:
    """Those that are due among so many partitions that end with the newest one of them."""
    wanted = set(due)
    last = next((place for place in reversed(range(len(keys))) if keys[place] in wanted), -1)
    return [key for key in keys[max(0, last + 1 - most) : last + 1] if key in wanted]


def range_of(keys: Sequence[str], due: Collection[str]) -> tuple[str, str] | None:
    """The first and the last partition of a run that has all that are due; None where none is."""
    wanted = set(due)
    places = [place for place, key in enumerate(keys) if key in wanted]
    return (keys[places[0]], keys[places[-1]]) if places else None


def _gaps(
    warehouse: Warehouse, fixtures: Sequence[Fixture], settings: Settings, now: datetime
) -> list[tuple[str, str]]:
    """Game ('' for a day) and sentence."""
    if not fixtures:
        return []
    since = (now - timedelta(days=LOOK_BACK_DAYS + 1)).date()
    lately = [one for one in fixtures if one.tip_off.date() >= since]
    teams: dict[str, set[str]] = {one.game_id: set() for one in lately}
    for row in warehouse.read(PLAYER_LINES, since=since) if lately else ():
        teams.setdefault(row["game_id"], set()).add(row["team_id"])
    with_lines = {one.game_id for one in lately if has_both_lines(one, teams[one.game_id])}
    grades = warehouse.read(GAME_GRADES, since=since) if lately else []
    failed = {row["game_id"] for row in grades if row["letter"] == "F"}
    game_days = {one.tip_off.date() for one in fixtures}
    found = find_gaps(lately, with_lines, failed, settings.calendar, now, game_days=game_days)
    return [(gap.game_id, gap.says) for gap in found]


def _looked_s(instance: dg.DagsterInstance) -> float | None:
    event = instance.get_latest_materialization_event(_RESULTS)
    return event.timestamp if event else None


def now_utc() -> datetime:
    return datetime.now(UTC)
