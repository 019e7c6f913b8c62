"""The attempts on the record, and what became of their runs.

Belongs here: the record's entries and Dagster's runs, brought together. Not here: how attempts are counted
(`domain.learning.attempts`) or how many are allowed (`domain.learning.retrain`).
"""

from __future__ import annotations

from collections import ChainMap, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from uball_assets.adapters.record.following import followed
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.assets.record.appends import recorded_s
from uball_assets.assets.run_words import OPEN
from uball_assets.automation.runs.notes import KeyedRun, RunNotes
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.learning.attempts import LOST, Asked, Attempt, Tried, tried

ATTEMPTS, OUTCOMES = "attempts", "attempt_outcomes"
GAME, TRAIN = "game", "train"
"""What is tried."""
MOST_LOOKED_AT = 200
"""Runs that a tick asks the instance about, beside those that its decisions need: a tenth of a second. The
others are looked at when it is their turn."""
_KEYS_A_QUERY = 500


@dataclass(frozen=True)
class Runs:
    """How runs stand that no outcome is recorded of, by run key; a key that is in neither has no run."""

    ended: dict[str, Attempt]
    open: frozenset[str]


@dataclass(frozen=True)
class Attempts:
    """All attempts there were, as the record has them, by what was tried at which content."""

    asked: dict[tuple[str, str], list[Asked]]
    outcomes: dict[str, Attempt]
    games: frozenset[str]
    """Those that a run was ever asked for."""

    def at(self, what: str, target_hash: str, runs: Runs) -> Tried:
        """`runs` must have been asked of this target's (`unsettled_at`)."""
        outcomes = ChainMap(runs.ended, self.outcomes)  # copying all of them for each game took seconds
        return tried(self.asked.get((what, target_hash), []), outcomes, runs.open)

    def unsettled_at(self, what: str, target_hash: str) -> list[str]:
        """The run keys whose outcome is not recorded."""
        asked = self.asked.get((what, target_hash), [])
        return [one.run_key for one in asked if one.run_key not in self.outcomes]

    def unsettled(self, what: str) -> list[str]:
        """The same of all targets."""
        targets = (target_hash for tried_at, target_hash in self.asked if tried_at == what)
        return [key for target_hash in targets for key in self.unsettled_at(what, target_hash)]


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


def read_attempts(registry: Registry) -> Attempts:
    asked: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    games = set()
    for entry in followed(registry, ATTEMPTS):
        one = Asked(entry["run_key"], int(entry["attempt"]), recorded_s(entry))
        asked[entry["what"], entry["target_hash"]].append(one)
        if entry["what"] == GAME:
            games.add(entry["target"])
    return Attempts(dict(asked), _recorded(registry), frozenset(games))


def look_at_runs(notes: RunNotes, run_keys: Iterable[str]) -> Runs:
    """A query for each 500 keys."""
    keys = list(dict.fromkeys(run_keys))
    ended: dict[str, Attempt] = {}
    still_open = set()
    for begin in range(0, len(keys), _KEYS_A_QUERY):
        asked = keys[begin : begin + _KEYS_A_QUERY]
        for run in notes.keyed(asked):
            if attempt := _ended(run):
                ended[run.key] = attempt
            else:
                still_open.add(run.key)
    return Runs(ended, frozenset(still_open))


def settle(registry: Registry, attempts: Attempts, run_keys: Iterable[str], runs: Runs) -> None:
    """How those of these runs ended that have goes on the record, in one entry: a person may delete them
    now, and nobody asks for them again.

    One without a trace, behind which another was asked for at its target, is lost: it was seen to end.
    """
    asked_of = set(run_keys) - attempts.outcomes.keys()
    lost = {
        one.run_key: Attempt(one.at_s, LOST)
        for of_target in attempts.asked.values()
        for one in of_target[:-1]
        if one.run_key in asked_of and one.run_key not in runs.open
    }
    known = lost | {key: attempt for key, attempt in runs.ended.items() if key in asked_of}
    if known:
        outcomes = [
            {
                "run_key": key,
                "outcome": known[key].outcome,
                "at_s": round(known[key].at_s, 3),
                **({"for_good": known[key].for_good} if known[key].for_good else {}),
            }
            for key in sorted(known)
        ]
        registry.append(OUTCOMES, {"outcomes": outcomes}, key=content_hash(outcomes))


def _recorded(registry: Registry) -> dict[str, Attempt]:
    """Entries of before outcomes were written together are about one run each."""
    told = [one for entry in followed(registry, OUTCOMES) for one in entry.get("outcomes", [entry])]
    return {one["run_key"]: _outcome(one) for one in told}


def _outcome(told: Entry) -> Attempt:
    return Attempt(float(told["at_s"]), told["outcome"], told.get("for_good", ""))


def _ended(run: KeyedRun) -> Attempt | None:
    if run.status in OPEN:
        return None
    if run.status == "SUCCESS":
        return Attempt(run.ended_at_s, "succeeded")
    return Attempt(run.ended_at_s, "failed", run.for_good)
