"""Looking at the warehouse, where it is a service's.

Belongs here: whether its tables can be listed and asked. Not here: a folder's damage (the error of whoever
reads names the file).
"""

from __future__ import annotations

from collections.abc import Iterator

from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.services.doctor.findings import Finding, ok


def look_at_warehouse(warehouse: Warehouse) -> Iterator[Finding]:
    tables = warehouse.tables()
    rows = sum(standing.rows for standing in tables)
    yield ok("warehouse", f"tables: {len(tables)}, rows: {rows:,}" if tables else "it is there, and empty")
