"""Tables of the warehouse as BigQuery's client has them, and back.

Belongs here: schema, partitions, clusters, descriptions and labels. Not here: statements (`bigquery_sql`),
asking the service (`bigquery_warehouse`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uball_assets.adapters.warehouse.bigquery_sql import TYPES
from uball_assets.domain.tables import LINEAGE, Column, Form, Table

_KEY = "key_"
"""Labels name the key's columns: `key_1`, `key_2`, …"""
_OF_TYPE = {
    "STRING": Form.TEXT,
    "INT64": Form.WHOLE,
    "INTEGER": Form.WHOLE,
    "FLOAT64": Form.NUMBER,
    "FLOAT": Form.NUMBER,
    "BOOL": Form.TRUTH,
    "BOOLEAN": Form.TRUTH,
    "DATE": Form.DATE,
    "TIMESTAMP": Form.MOMENT,
}


def new_table(place: str, table: Table) -> Any:
    """As it is made: a partition a month, rows of a team together."""
    from google.cloud import bigquery

    made = bigquery.Table(place, schema=schema({**table.columns, **LINEAGE}, table.key))
    made.time_partitioning = bigquery.TimePartitioning(type_="MONTH", field=table.partitioned_by)
    made.clustering_fields = [table.clustered_by]
    made.description = table.says
    made.labels = {f"{_KEY}{number}": name for number, name in enumerate(table.key, 1)}
    return made


def schema(columns: Mapping[str, Column], key: tuple[str, ...] = ()) -> list[Any]:
    """The form stands in the description: text and JSON are of one type there."""
    from google.cloud import bigquery

    return [
        bigquery.SchemaField(
            name,
            TYPES[column.form],
            mode="REQUIRED" if name in key else "NULLABLE",
            description=f"{column.form}: {column.says}",
        )
        for name, column in columns.items()
    ]


def table_of(found: Any) -> Table | None:
    """None for a table that is not the warehouse's."""
    labels = dict(found.labels)
    key = [labels[label] for label in sorted(labels) if label.startswith(_KEY)]
    if not key or not found.time_partitioning or not found.clustering_fields:
        return None
    columns = {each.name: _column(each) for each in found.schema if each.name not in LINEAGE}
    return Table(
        found.table_id,
        found.description or "",
        columns,
        tuple(key),
        found.time_partitioning.field,
        found.clustering_fields[0],
    )


def _column(field: Any) -> Column:
    form, _, says = (field.description or "").partition(": ")
    if form in set(Form):
        return Column(Form(form), says)
    return Column(_OF_TYPE.get(field.field_type, Form.TEXT), field.description or "")
