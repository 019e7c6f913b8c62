"""The janitor: which versions are kept and why, and freeing what the others hold.

Belongs here: what the UI's job and `uball janitor` both do. Not here: the rule (`domain.serving.retirement`),
the calls (`adapters.models`), when (`automation`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import dagster as dg

from uball_assets.adapters.models.endpoint import Answering, Holding
from uball_assets.adapters.record import retirements
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.record.routes import routings
from uball_assets.assets import ours
from uball_assets.assets.common import OPEN_STATUSES
from uball_assets.domain.serving.retirement import Fate, fates, named_since
from uball_assets.domain.serving.routing import within_reach
from uball_assets.services.serving import Serving, served


@dataclass(frozen=True)
class Leaving:
    """A version that is none of those kept."""

    fate: Fate
    holdings: tuple[Holding, ...]

    @property
    def size_bytes(self) -> int:
        """As far as it is told."""
        return sum(each.size_bytes or 0 for each in self.holdings)


@dataclass(frozen=True)
class Plan:
    kept: tuple[Fate, ...]
    leaving: tuple[Leaving, ...]

    @property
    def sentence(self) -> str:
        size_mb = sum(each.size_bytes for each in self.leaving) / 1e6
        return f"{len(self.kept)} versions kept, {len(self.leaving)} to retire, which frees {size_mb:,.1f} MB"


def plan(
    registry: Registry, endpoint: Answering, instance: dg.DagsterInstance, own_run: str, keep: int
) -> Plan:
    """Nothing is changed. `own_run`: the id of the run that asks, '' for none: it uses no model."""
    models = registry.entries("models")
    ended = {model for model, state in retirements.states(registry).items() if state == retirements.DONE}
    changes = [
        (
            datetime.fromisoformat(entry["recorded_at"]).timestamp(),
            {each["model"] for each in entry["routes"]} | {entry.get("shadow") or ""},
        )
        for entry in registry.entries("routes")
    ]
    in_use = named_since(changes, _oldest_run_s(instance, own_run))
    names = [model["name"] for model in models]
    target = Serving(registry, endpoint).last_that_answers()
    reach = within_reach(routings(registry)) | ({target["name"]} if target else set())
    found = fates(names, reach, in_use, ended, keep)
    by_name = {model["name"]: model for model in models}
    leaving = (
        Leaving(fate, tuple(endpoint.holdings(served(by_name[fate.model]))))
        for fate in found
        if not fate.is_kept
    )
    return Plan(tuple(fate for fate in found if fate.is_kept), tuple(leaving))


def carry_out(registry: Registry, endpoint: Answering, found: Plan, say: Callable[[str], None]) -> list[str]:
    """The models retired now. Each is on the record before anything of it goes, and looked at once more."""
    models = {model["name"]: model for model in registry.entries("models")}
    _free_of_killed(registry, endpoint, found.kept, models)
    retired = []
    for each in found.leaving:
        name = each.fate.model
        retirements.begin(registry, name, each.fate.why, [asdict(holding) for holding in each.holdings])
        if name in within_reach(routings(registry)):
            retirements.keep(registry, name, "a route was opened to it meanwhile")
            continue
        endpoint.retire(served(models[name]))
        retirements.end(registry, name)
        retired.append(name)
        say(f"{name} is retired: {each.size_bytes / 1e6:,.1f} MB freed")
    return retired


def _free_of_killed(
    registry: Registry, endpoint: Answering, kept: Sequence[Fate], models: Mapping[str, Entry]
) -> None:
    """A retirement that was killed before it looked once more leaves a model that is led to as retired; one
    of which something went already does not answer, and stays so."""
    states = retirements.states(registry)
    for fate in kept:
        is_begun = states.get(fate.model) == retirements.BEGUN
        if is_begun and endpoint.is_alive(served(models[fate.model])):
            retirements.keep(registry, fate.model, fate.why)


def _oldest_run_s(instance: dg.DagsterInstance, own_run: str) -> float | None:
    records = instance.get_run_records(ours.runs(statuses=OPEN_STATUSES))
    began = [
        record.create_timestamp.timestamp() for record in records if record.dagster_run.run_id != own_run
    ]
    return min(began, default=None)
