"""Whose a row of Dagster's is, table by table, and what a league's role may do there.

A row is the league's whose run, asset, partition, pool or code location it tells of; a row that tells of two
is nobody's, and only the admin's role sees it. Belongs here: the rule, as SQL of a row called `new`. Not
here: how it is put into the database (`statements`).
"""

from __future__ import annotations

from dataclasses import dataclass

_LOCATION = """uball_parting.one(
    uball_parting.said(new.{body}, '$.**.location_name'),
    nullif(split_part(uball_parting.said(new.{body}, '$.tags.".dagster/repository"'), '@', 2), ''))"""
_RUN = "(SELECT coalesce(runs.uball_league, '') FROM public.runs WHERE runs.run_id = {run_id})"
_OF_RUN = _RUN.format(run_id="new.run_id")
_OF_ASSET = 'substring(new.asset_key FROM \'^\\["([^"]*)"\')'
_OF_LEASE = _RUN.format(run_id="substring(new.key FROM '^uball/lease/(.+)$')")
_OF_BACKFILL = """uball_parting.one(
    uball_parting.said(new.body, '$.asset_selection[*].path[0]'),
    uball_parting.said(new.body, '$.**.location_name'))"""
_OF_ITS_BACKFILL = "(SELECT uball_league FROM public.bulk_actions WHERE bulk_actions.key = new.backfill_id)"
_OF_SENSOR = "(SELECT uball_league FROM public.instigators WHERE instigators.selector_id = new.selector_id)"


def _before_the_dot(column: str) -> str:
    """Of `north.games` and `north.training`."""
    return f"CASE WHEN position('.' IN new.{column}) > 0 THEN split_part(new.{column}, '.', 1) END"


READ = "SELECT"
_LET_GO = "SELECT, DELETE"
_NOTE = "SELECT, INSERT, DELETE"
_KEEP = "SELECT, INSERT, UPDATE, DELETE"


@dataclass(frozen=True)
class Parted:
    table: str
    league: str
    """SQL of a row called `new`: '' where it is nobody's, NULL where what it tells of is not there yet."""
    of: tuple[str, ...]
    """The columns that this is read from."""
    may: str
    """What a league's processes do there: webserver and daemon do the rest, as the admin."""


PARTED = (
    # Without a code location a run is of the role that writes it: a process of its own.
    Parted(
        "runs",
        f"coalesce({_LOCATION.format(body='run_body')}, uball_parting.own(), '')",
        ("run_body",),
        _KEEP,
    ),
    Parted("run_tags", _OF_RUN, ("run_id",), _KEEP),
    Parted("event_logs", f"uball_parting.one({_OF_ASSET}, {_OF_RUN})", ("run_id", "asset_key"), _NOTE),
    Parted("asset_keys", _OF_ASSET, ("asset_key",), _KEEP),
    Parted("asset_event_tags", _OF_ASSET, ("asset_key",), _NOTE),
    Parted(
        "asset_check_executions",
        f"uball_parting.one({_OF_ASSET}, {_OF_RUN})",
        ("run_id", "asset_key"),
        _KEEP,
    ),
    Parted("dynamic_partitions", _before_the_dot("partitions_def_name"), ("partitions_def_name",), _NOTE),
    Parted("concurrency_limits", _before_the_dot("concurrency_key"), ("concurrency_key",), _KEEP),
    Parted("concurrency_slots", _before_the_dot("concurrency_key"), ("concurrency_key",), _KEEP),
    Parted("pending_steps", _before_the_dot("concurrency_key"), ("concurrency_key",), _KEEP),
    Parted("kvs", _OF_LEASE, ("key",), _KEEP),
    Parted("bulk_actions", _OF_BACKFILL, ("body",), _LET_GO),
    Parted("backfill_tags", _OF_ITS_BACKFILL, ("backfill_id",), _LET_GO),
    Parted(
        "instigators",
        "uball_parting.said(new.instigator_body, '$.**.location_name')",
        ("instigator_body",),
        READ,
    ),
    Parted("job_ticks", _OF_SENSOR, ("selector_id",), _LET_GO),
    Parted("asset_daemon_asset_evaluations", _OF_ASSET, ("asset_key",), READ),
    Parted("jobs", "uball_parting.said(new.job_body, '$.**.location_name')", ("job_body",), READ),
)
"""In an order in which those that others ask are filled first."""

SNAPSHOTS = "snapshots"
"""What code looked like, found by its hash: two leagues may have one. A league sees those of its runs."""
SHARED = {
    "alembic_version": READ,
    "secondary_indexes": READ,
    "instance_info": READ,
    "daemon_heartbeats": "SELECT (id, daemon_type, daemon_id, timestamp)",
}
"""Everybody's: how the tables were made, and when the daemon was last alive, without the errors it met."""
