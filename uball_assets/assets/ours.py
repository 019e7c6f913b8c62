"""What is this league's own in a Dagster that several leagues share: keys of assets, runs, backfills.

Dagster takes assets of one key for one asset, whichever code location tells of them, and answers of all runs
that there are. The code calls assets by their names, `clips/FAR_LEFT`; keys are made of them here, and asked
is for own runs alone. Where UBALL_LEAGUE is empty a name is a key, and every run is its own.

Belongs here: what Dagster is needed for. Not here: the words (`run_words`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

import dagster as dg
from dagster._core.execution.backfill import BulkActionsFilter, PartitionBackfill
from dagster._core.storage.event_log.schema import DynamicPartitionsTable
from sqlalchemy import or_, select

from uball_assets.assets.run_words import FIXTURES, LEAGUE, OWN_TAGS, PARTITIONS, asset_name, asset_path
from uball_assets.domain.errors import Permanent
from uball_assets.settings import Settings

Made = dg.AssetsDefinition | dg.AssetSpec
Kind = TypeVar("Kind", bound=Made)


def key(asset: str) -> dg.AssetKey:
    return dg.AssetKey(asset_path(asset))


def name_of(asset: dg.AssetKey) -> str:
    return asset_name(asset.path)


def names_of(assets: Iterable[dg.AssetKey] | None) -> frozenset[str]:
    return frozenset(map(name_of, assets or ()))


def selected(*assets: str) -> dg.AssetSelection:
    return dg.AssetSelection.assets(*map(key, assets))


def under_own_keys(made: Sequence[Kind], assets: Sequence[Made]) -> list[Kind]:
    """Assets, or checks of these assets, that were declared by their names. What runs is called as before: a
    run's steps, and what is configured of them, are the same in every league."""
    if not LEAGUE:
        return list(made)
    keys = {spec.key: key(spec.key.to_user_string()) for each in assets for spec in _specs(each)}
    return [_renamed(each, keys) for each in made]


def _specs(made: Made) -> Iterable[dg.AssetSpec]:
    return [made] if isinstance(made, dg.AssetSpec) else made.specs


def _renamed(made: Kind, keys: Mapping[dg.AssetKey, dg.AssetKey]) -> Kind:
    if isinstance(made, dg.AssetSpec):
        deps = [dep._replace(asset_key=keys[dep.asset_key]) for dep in made.deps]
        return cast(Kind, made.replace_attributes(key=keys[made.key], deps=deps))
    return cast(Kind, made.with_attributes(asset_key_replacements=keys))


def runs(*, tags: Mapping[str, str | Sequence[str]] = {}, **asked: Any) -> dg.RunsFilter:
    """As Dagster's own filter, of this league's runs."""
    return dg.RunsFilter(tags={**tags, **OWN_TAGS}, **asked)


def is_own(run: dg.DagsterRun) -> bool:
    return not LEAGUE or location_of(run) == LEAGUE


def refuse_other_location(run: dg.DagsterRun) -> None:
    """Raises Permanent where the workspace calls this code location otherwise than UBALL_LEAGUE: this
    league's runs would not be found again, and games and trainings started twice."""
    if not is_own(run):
        raise Permanent(
            f"UBALL_LEAGUE is {LEAGUE}, and its code location is called {location_of(run)}: call it "
            f"{LEAGUE} in workspace.yaml"
        )


def refuse_other_league(settings: Settings) -> None:
    """Raises Permanent: what Dagster loads is called as the environment of its process says."""
    if settings.league_slug != LEAGUE:
        raise Permanent(
            f"these settings are of league {settings.league_slug!r}, and this process is of {LEAGUE!r}: set "
            "UBALL_LEAGUE before it starts"
        )


def refuse_unnamed(instance: dg.DagsterInstance) -> None:
    """Raises Permanent for a league without a name where one with a name has games, or had some: it would
    take the runs and backfills of all for its own. One that gets its name later goes on under it."""
    if not LEAGUE and (named := _one_with_a_name(instance)):
        raise Permanent(
            f"this Dagster is that of the league {named} too, and this league has no name in it: set "
            "UBALL_LEAGUE and call its code location so in workspace.yaml, or give it a Dagster of its own "
            "(UBALL_INSTANCE_URL, UBALL_INSTANCE_FOLDER)"
        )


def _one_with_a_name(instance: dg.DagsterInstance) -> str:
    """By its partitions; '' where there is none."""
    storage: Any = instance.event_log_storage
    name = DynamicPartitionsTable.c.partitions_def_name
    asked = select(name).where(or_(name.like(f"%.{PARTITIONS}"), name.like(f"%.{FIXTURES}"))).limit(1)
    with storage.index_connection() as connection:
        found = connection.execute(asked).scalar()
    return str(found).partition(".")[0] if found else ""


def location_of(run: dg.DagsterRun) -> str | None:
    """What the workspace calls the code location that the run is of."""
    origin = run.remote_job_origin
    return origin.repository_origin.code_location_origin.location_name if origin else None


def backfills(
    instance: dg.DagsterInstance, asked: BulkActionsFilter, limit: int | None = None
) -> list[PartitionBackfill]:
    """This league's, the newest first."""
    found: list[PartitionBackfill] = []
    page: Sequence[PartitionBackfill] = ()
    while limit is None or len(found) < limit:
        page = instance.get_backfills(asked, cursor=page[-1].backfill_id if page else None, limit=limit)
        found += filter(is_own_backfill, page)
        if limit is None or len(page) < limit:
            break
    return found[:limit]


def is_own_backfill(backfill: PartitionBackfill) -> bool:
    """By its assets; one of a job that has none, by the job's code location."""
    origin = backfill.partition_set_origin
    if origin and not backfill.asset_selection:
        return LEAGUE in ("", origin.repository_origin.code_location_origin.location_name)
    return not LEAGUE or any(asset.path[0] == LEAGUE for asset in backfill.asset_selection or ())
