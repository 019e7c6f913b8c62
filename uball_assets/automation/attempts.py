"""The attempts on the record, and what became of their runs.

Belongs here: the record's entries and Dagster's runs, brought together. Not here: how attempts are counted
(`domain.learning.attempts`) or how many are allowed (`domain.learning.retrain`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import dagster as dg

from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.assets.common import OPEN_STATUSES
from uball_assets.assets.record_appends import recorded_s
from uball_assets.domain.learning.attempts import LOST, Asked, Attempt, Tried, tried

ATTEMPTS, OUTCOMES = "attempts", "attempt_outcomes"
GAME, TRAIN = "game", "train"
"""What is tried."""
_SETTLED_AT_ONCE = 25
"""Outcomes written in one tick; the others are read off their runs until it is their turn."""
_RUN_KEY = "dagster/run_key"


@dataclass(frozen=True)
class Attempts:
    """All attempts there were, by what was tried at which content."""

    asked: dict[tuple[str, str], list[Asked]]
    outcomes: dict[str, Attempt]
    open_runs: frozenset[str]
    games: frozenset[str]
    """Those that a run was ever asked for."""

    def at(self, what: str, target_hash: str) -> Tried:
        return tried(self.asked.get((what, target_hash), []), self.outcomes, self.open_runs)


def ask(
    registry: Registry, what: str, target: str, target_hash: str, attempt: int, run_key: str, reason: str
) -> None:
    """The attempt goes on the record before its run is asked for; once for each run key."""
    entry = {
        "what": what,
        "target": target,
        "target_hash": target_hash,
        "attempt": attempt,
        "run_key": run_key,
        "reason": reason,
    }
    registry.append(ATTEMPTS, entry, key=run_key)


def read_attempts(registry: Registry, instance: dg.DagsterInstance) -> Attempts:
    """Outcomes as the record has them; where it has none yet, as the run says."""
    asked: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    entries = registry.entries(ATTEMPTS)
    for entry in entries:
        one = Asked(entry["run_key"], int(entry["attempt"]), recorded_s(entry))
        asked[entry["what"], entry["target_hash"]].append(one)
    outcomes = _recorded(registry)
    runs = _runs(instance, [entry["run_key"] for entry in entries if entry["run_key"] not in outcomes])
    ended = {key: attempt for key, attempt in runs.items() if attempt is not None}
    games = frozenset(entry["target"] for entry in entries if entry["what"] == GAME)
    return Attempts(dict(asked), outcomes | ended, frozenset(runs.keys() - ended.keys()), games)


def settle_attempts(registry: Registry, instance: dg.DagsterInstance) -> Attempts:
    """As `read_attempts`; how runs ended goes on the record, so that a person may delete them."""
    found = read_attempts(registry, instance)
    known, recorded = dict(found.outcomes), _recorded(registry)
    for of_target in found.asked.values():
        lost = (one for one in of_target[:-1] if one.run_key not in found.open_runs)
        known |= {one.run_key: Attempt(one.at_s, LOST) for one in lost if one.run_key not in known}
    for run_key in [key for key in known if key not in recorded][:_SETTLED_AT_ONCE]:
        attempt = known[run_key]
        entry = {"run_key": run_key, "outcome": attempt.outcome, "at_s": round(attempt.at_s, 3)}
        registry.append(OUTCOMES, entry, key=run_key)
    return found


def _recorded(registry: Registry) -> dict[str, Attempt]:
    return {entry["run_key"]: _outcome(entry) for entry in registry.entries(OUTCOMES)}


def _outcome(entry: Entry) -> Attempt:
    return Attempt(float(entry["at_s"]), entry["outcome"])


def _runs(instance: dg.DagsterInstance, run_keys: Iterable[str]) -> dict[str, Attempt | None]:
    """Of each key that has a run: how it ended; None while it has not."""
    keys = list(run_keys)
    if not keys:
        return {}
    records = instance.get_run_records(dg.RunsFilter(tags={_RUN_KEY: keys}))
    return {record.dagster_run.tags[_RUN_KEY]: _ended(record) for record in reversed(records)}


def _ended(record: dg.RunRecord) -> Attempt | None:
    run = record.dagster_run
    if run.status in OPEN_STATUSES:
        return None
    outcome = "succeeded" if run.status is dg.DagsterRunStatus.SUCCESS else "failed"
    return Attempt(record.end_time or record.update_timestamp.timestamp(), outcome)
