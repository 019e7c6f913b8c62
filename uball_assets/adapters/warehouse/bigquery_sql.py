"""The statements that BigQuery is given, all of them, in GoogleSQL.

Names stand in backticks; values are parameters (`@since`), or days that were read from the service.
`incoming` is a table of rows that are to be put into another.

Belongs here: text. Not here: asking the service (`bigquery_warehouse`), types of columns as its client names
them (`bigquery_tables`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from uball_assets.domain.tables import LINEAGE, Form, Table

TYPES = {
    Form.TEXT: "STRING",
    Form.WHOLE: "INT64",
    Form.NUMBER: "FLOAT64",
    Form.TRUTH: "BOOL",
    Form.DATE: "DATE",
    Form.MOMENT: "TIMESTAMP",
    Form.JSON: "STRING",
}


def add_columns(place: str, forms: Mapping[str, Form]) -> str:
    """Two writers may add the same one at once."""
    added = ", ".join(f"ADD COLUMN IF NOT EXISTS {_name(name)} {TYPES[form]}" for name, form in forms.items())
    return f"ALTER TABLE {_name(place)} {added}"


def months_concerned(place: str, incoming: str, table: Table) -> str:
    """The first days (ISO) of the months in which incoming rows are to lie, or rows with their keys lie now.
    Of the table only its keys and days are read."""
    day = _name(table.partitioned_by)
    return (
        f"SELECT FORMAT_DATE('%Y-%m-01', i.{day}) AS month FROM {_name(incoming)} AS i UNION DISTINCT "
        f"SELECT FORMAT_DATE('%Y-%m-01', t.{day}) AS month FROM {_name(place)} AS t "
        f"JOIN {_name(incoming)} AS i ON {_same_key(table)}"
    )


def counts(place: str, incoming: str, table: Table, months: Iterable[date]) -> str:
    """How many incoming rows are new, and how many differ from what stands there."""
    first = _name(table.key[0])
    return (
        f"SELECT COUNTIF(t.{first} IS NULL) AS added, "
        f"COUNTIF(t.{first} IS NOT NULL AND ({_differs(table)})) AS changed "
        f"FROM {_name(incoming)} AS i "
        f"LEFT JOIN (SELECT * FROM {_name(place)} AS t WHERE {_within(table, months)}) AS t "
        f"ON {_same_key(table)}"
    )


def put(place: str, incoming: str, table: Table, months: Iterable[date]) -> str:
    """New rows in, changed rows in the place of what was; only these months' partitions are read and written.

    Its parameters are `@source` and `@run`; the service says when.
    """
    own = [_name(name) for name in table.columns]
    lineage = [_name(name) for name in LINEAGE]
    told = ["@source", "@run", "CURRENT_TIMESTAMP()"]
    keyless = [name for name in own if name not in {_name(name) for name in table.key}]
    updates = [f"{name} = i.{name}" for name in keyless]
    updates += [f"{name} = {value}" for name, value in zip(lineage, told, strict=True)]
    return (
        f"MERGE {_name(place)} AS t USING {_name(incoming)} AS i "
        f"ON {_same_key(table)} AND {_within(table, months)} "
        f"WHEN MATCHED AND ({_differs(table)}) THEN UPDATE SET {', '.join(updates)} "
        f"WHEN NOT MATCHED THEN INSERT ({', '.join([*own, *lineage])}) "
        f"VALUES ({', '.join([*(f'i.{name}' for name in own), *told])})"
    )


def rows(
    place: str,
    table: Table,
    selected: Sequence[str],
    *,
    is_since: bool,
    is_until: bool,
    equal: Mapping[str, bool],
) -> str:
    """The parameters are `@since`, `@until` and, of each column in `equal`, `@equal_0` …, an array; the
    column's value says whether a missing value is among those asked for."""
    day = f"t.{_name(table.partitioned_by)}"
    conditions = [f"{day} >= @since"] if is_since else []
    conditions += [f"{day} <= @until"] if is_until else []
    for number, (name, or_missing) in enumerate(equal.items()):
        among = f"t.{_name(name)} IN UNNEST(@equal_{number})"
        conditions.append(f"({among} OR t.{_name(name)} IS NULL)" if or_missing else among)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    columns = ", ".join(f"t.{_name(name)}" for name in selected)
    order = ", ".join(f"t.{_name(name)}" for name in table.key)
    return f"SELECT {columns} FROM {_name(place)} AS t{where} ORDER BY {order}"


def state(place: str) -> str:
    """Another after each write that changed something. The service answers from its cache, for nothing, as
    long as nobody wrote."""
    return f"SELECT COUNT(*) AS row_count, MAX(t.row_written_at) AS newest FROM {_name(place)} AS t"


def standing(place: str, day: str) -> str:
    return (
        f"SELECT COUNT(*) AS row_count, MIN(t.{_name(day)}) AS since, MAX(t.{_name(day)}) AS until, "
        f"MAX(t.row_written_at) AS newest FROM {_name(place)} AS t"
    )


def _same_key(table: Table) -> str:
    return " AND ".join(f"t.{_name(name)} = i.{_name(name)}" for name in table.key)


def _differs(table: Table) -> str:
    rest = [_name(name) for name in table.columns if name not in table.key]
    return " OR ".join(f"t.{name} IS DISTINCT FROM i.{name}" for name in rest)


def _within(table: Table, months: Iterable[date]) -> str:
    """Days as they stand in the statement: the service skips partitions by what it knows beforehand."""
    day = f"t.{_name(table.partitioned_by)}"
    spans = [
        f"({day} >= DATE '{month.isoformat()}' AND {day} < DATE '{_next(month).isoformat()}')"
        for month in sorted(months)
    ]
    return f"({' OR '.join(spans)})"


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _name(name: str) -> str:
    return f"`{name}`"
