"""Connections to Dagster's own tables through its own storage, which SQLite and PostgreSQL both answer.

In PostgreSQL each statement is for itself; in SQLite all of one connection are kept together at its end.
Belongs here: the three ways in. Not here: any question (`needed`, `purging`).
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import dagster as dg
import sqlalchemy as db

Connecting = AbstractContextManager[db.Connection]


def run_tables(instance: dg.DagsterInstance) -> Connecting:
    """Runs, their tags, backfills, snapshots."""
    storage: Any = instance.run_storage
    connecting: Connecting = storage.connect()
    return connecting


def event_tables(instance: dg.DagsterInstance) -> Connecting:
    """Events (SQLite: those of assets, checks and runs' states), verdicts, partitions, pools."""
    storage: Any = instance.event_log_storage
    connecting: Connecting = storage.index_connection()
    return connecting


def tick_tables(instance: dg.DagsterInstance) -> Connecting:
    """Sensors and schedules, and their ticks."""
    storage: Any = instance.schedule_storage
    connecting: Connecting = storage.connect()
    return connecting
