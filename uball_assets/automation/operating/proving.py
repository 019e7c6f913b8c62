"""Proving the store and asking for what it lacks, without Dagster: the nightly job's work, and `uball
verify`'s.

Belongs here: which games, and in which order things are put down. Not here: the proof
(`services.store_proof`), when it is made (`proof_job`).
"""

from __future__ import annotations

from collections.abc import Callable

from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.record.retirements import standing_models
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.automation.operating.live_tables import open_runs
from uball_assets.automation.operating.repairs import ask_for_repairs
from uball_assets.domain.operating.store_proof import GameProof
from uball_assets.services.store_proof import Prover, StoreProof
from uball_assets.settings import Settings

LIMIT_S = 3_600.0


def prover(settings: Settings, training: ObjectStore, limit_s: float = LIMIT_S) -> Prover:
    gigabytes = settings.proof_gb_a_night
    return Prover(training, limit_s, int(gigabytes * 1e9))


def prove_store(
    settings: Settings,
    registry: Registry,
    proving: Prover,
    *,
    is_repairing: bool = True,
    games: tuple[str, ...] = (),
    watch: Callable[[int, int], None] | None = None,
) -> tuple[StoreProof, list[GameProof]]:
    """What was seen, and the games whose repair was asked for."""
    states = {
        game: state
        for game, state in registry.newest_by_subject("games").items()
        if not state.get("removed") and (not games or game in games)
    }
    annotated = registry.newest_by_subject("annotations")
    for game, state in states.items():
        if not state.get("rows") and game in annotated:
            states[game] = {**state, "annotated_by": annotated[game]["model"]}
    busy = {run.game_id for run in open_runs(settings)}
    watched = {game: state for game, state in states.items() if game not in busy}
    found = proving.prove(watched, standing_models(registry) if not games else (), watch)
    found.at_work = len(states) - len(watched)
    if not is_repairing:
        return found, []
    busy = {run.game_id for run in open_runs(settings)}
    numbers = {game: int(state["number"]) for game, state in states.items()}
    return found, ask_for_repairs(registry, proving, found, numbers, busy)


def summary(found: StoreProof, asked: int) -> str:
    wrong = (
        f"{len(found.wrong)} games are not as recorded, {asked} asked for again"
        if found.wrong
        else "all sound"
    )
    left = f"; {found.left} games are left for the next time" if found.left else ""
    at_work = (
        f"; of {found.at_work} more a run is at work: look again when it is done" if found.at_work else ""
    )
    models = f"; models missing: {', '.join(found.models_missing)}" if found.models_missing else ""
    return (
        f"{found.games} games: {found.unchanged} unchanged since the last proof, {found.compared} compared, "
        f"the clips of {found.read} read ({found.read_bytes / 1e6:,.1f} MB): {wrong}{left}{at_work}{models}"
    )
