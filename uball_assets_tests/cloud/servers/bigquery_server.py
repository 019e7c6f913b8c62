"""BigQuery on this machine: bqemulator, which runs GoogleSQL on DuckDB. Prints its port.

Added: one ALTER TABLE that adds several columns, which DuckDB takes one by one only. Left out: DuckDB's
extension for geography, which it would fetch from the network and nothing here needs.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

Run = Callable[..., Awaitable[Any]]


def column_by_column(run: Run) -> Run:
    async def run_each(project: str, statement: str, *others: Any, **options: Any) -> Any:
        altered, *more = statement.split(", ADD COLUMN ")
        table = altered.partition(" ADD COLUMN ")[0]
        for column in more:
            await run(project, f"{table} ADD COLUMN {column}", *others, **options)
        return await run(project, altered, *others, **options)

    return run_each


async def _serve() -> None:
    from bqemulator.config import PersistenceMode, Settings
    from bqemulator.jobs import executor
    from bqemulator.server import EmulatorServer
    from bqemulator.storage.engine import DuckDBEngine

    executor._run_single_sql = column_by_column(executor._run_single_sql)
    DuckDBEngine._load_spatial = lambda _: None
    options: dict[str, Any] = {"rest_port": 0, "grpc_port": 0, "log_level": "error"}
    server = EmulatorServer(Settings(persistence_mode=PersistenceMode.EPHEMERAL, **options))
    await server.start()
    print(server.rest_port, file=_told, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    _told, sys.stdout = sys.stdout, sys.stderr  # it logs to what it finds there
    asyncio.run(_serve())
