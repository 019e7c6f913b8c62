"""Opening a warehouse by the address that a setting gives.

Belongs here: which implementation an address means. Not here: what a warehouse does (`warehouse`).
"""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

from uball_assets.adapters.machine.circuits import ALWAYS_ASKED, Circuits
from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.domain.errors import Permanent

_DATASET = re.compile(r"bigquery://([a-z][a-z0-9.:-]*[a-z0-9])/([A-Za-z0-9_]+)", re.ASCII)


def open_warehouse(url: str, *, bigquery_url: str = "", circuits: Circuits | None = None) -> Warehouse:
    """The warehouse behind a setting: a folder's path, or `bigquery://project/dataset`.

    Nothing is read yet, and no library loaded. Permanent for an address that no warehouse answers to, or
    whose library is not installed. The others are for BigQuery: another address of the service, and the
    league's circuits, of which a dataset has one.
    """
    if "://" not in url:
        from uball_assets.adapters.warehouse.duckdb_warehouse import DuckDbWarehouse

        return DuckDbWarehouse(Path(url))
    found = _DATASET.fullmatch(url)
    if not found:
        raise Permanent(f"{url} is no warehouse; use a folder's path or bigquery://project/dataset")
    if find_spec("dagster_gcp") is None:
        raise Permanent(f"{url} needs the 'gcp' extra; pip install -c constraints.txt -e '.[gcp]'")
    from uball_assets.adapters.warehouse.bigquery_warehouse import BigQueryWarehouse, Dataset

    return BigQueryWarehouse(
        Dataset(*found.groups()), bigquery_url, circuits.of(url) if circuits else ALWAYS_ASKED
    )
