"""Opening a warehouse by the address that a setting gives.

Belongs here: which implementation an address means. Not here: what a warehouse does (`warehouse`).
"""

from __future__ import annotations

from pathlib import Path

from uball_assets.adapters.warehouse.warehouse import Warehouse


def open_warehouse(url: str) -> Warehouse:
    """The warehouse behind a setting: a folder's path. Nothing is read yet."""
    from uball_assets.adapters.warehouse.duckdb_warehouse import DuckDbWarehouse

    return DuckDbWarehouse(Path(url))
