"""Repairs on the record: what of a game the store lacks is asked for, and picked up like any change.

Level-triggered: an open one makes its game lack something, until a run of the game that began after it has
come through. `games_sensor` bounds the attempts; one that stays open is a finding.

Belongs here: asking and closing. Not here: what is wrong (`services.store_proof`), starting runs (`sensors`).
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import datetime

from uball_assets.adapters.record.following import newest_followed
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.domain.learning.lacking import Lack
from uball_assets.domain.operating.store_proof import REPAIRS, GameProof, repair_entry
from uball_assets.domain.run_figures import RUNS, Outcome
from uball_assets.services.store_proof import Prover, StoreProof

_THROUGH = (str(Outcome.SUCCEEDED), str(Outcome.REFUSED))
"""A game that is refused for its grade has been made all the same."""


def ask_for_repairs(
    registry: Registry,
    prover: Prover,
    found: StoreProof,
    numbers: Mapping[str, int],
    busy: Container[str],
) -> list[GameProof]:
    """A game that a run is at, or has been at since (its entry's number is another than in `numbers`), is
    left to the next night.

    What was changed is set aside once the repair is on the record.
    """
    asked = []
    for proof in found.wrong:
        newest = registry.newest("games", proof.game_id)
        if proof.game_id in busy or newest is None or newest["number"] != numbers[proof.game_id]:
            continue
        known = registry.newest(REPAIRS, proof.game_id)
        entry = repair_entry(proof)
        if not (known and known["open"] and known["of"] == entry["of"]):
            after = known["number"] if known else 0
            registry.append(REPAIRS, entry, key=f"{proof.game_id}:{entry['of']}:after-{after}")
        prover.set_aside(proof)
        asked.append(proof)
    return asked


def open_repairs(registry: Registry) -> dict[str, Entry]:
    return {game: entry for game, entry in newest_followed(registry, REPAIRS).items() if entry["open"]}


def repairs_lacking(registry: Registry) -> dict[str, Lack]:
    """By game, what its open repair asks for; one that a run has served is closed on the record."""
    lacking = {}
    for game_id, entry in open_repairs(registry).items():
        if _is_served(registry, entry):
            closed = {**{name: entry[name] for name in ("game_id", "said", "of")}, "open": False}
            registry.append(REPAIRS, closed, key=f"{game_id}:closed:after-{entry['number']}")
        else:
            lacking[game_id] = Lack(str(entry["said"]), f"repair-{entry['number']}")
    return lacking


def _is_served(registry: Registry, entry: Entry) -> bool:
    run = registry.newest(RUNS, entry["game_id"])
    asked_s = datetime.fromisoformat(entry["recorded_at"]).timestamp()
    return run is not None and run["outcome"] in _THROUGH and float(run["started_at_s"]) >= asked_s


def causes_lacking(states: Mapping[str, Entry], causes: str) -> dict[str, Lack]:
    """Games with clips or cameras that were left out under other rules than today's: once for each change.

    Games from before it was recorded, and those that lost no clip, have no `judged_by`.
    """
    said = "clips were left out by settings that have changed since"
    return {
        game_id: Lack(said, f"causes-{causes}")
        for game_id, state in states.items()
        if causes and state.get("judged_by") not in (None, causes) and not state.get("removed")
    }
