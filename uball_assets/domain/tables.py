"""A table of the warehouse: its columns with what stands in each, its key, and how it is laid out.

Belongs here: what any warehouse has to know of a table. Not here: the tables themselves (`league.tables`,
`form`, `forecasting`), or storing rows (`adapters.warehouse`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Row = Mapping[str, Any]


class Form(StrEnum):
    """The kind of value in a column; any may be missing (None) but those of the key."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    TRUTH = "true or false"
    DATE = "date"
    MOMENT = "moment"
    """A day and a time, in UTC."""
    JSON = "JSON"


@dataclass(frozen=True)
class Column:
    form: Form
    says: str
    """What stands there, with unit and clock."""


@dataclass(frozen=True)
class Table:
    name: str
    says: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    """One row for each; rows are put in their place by it."""
    partitioned_by: str
    """A DATE column: rows of one month lie together."""
    clustered_by: str
    """Rows of one value lie together within a month: a team."""


LINEAGE = {
    "row_source": Column(Form.TEXT, "where the row came from: plays, annotations, a feed's name, a model's"),
    "row_run": Column(Form.TEXT, "the run that wrote it"),
    "row_written_at": Column(Form.MOMENT, "when it was written, UTC"),
}
"""Every table has these besides its own; they are no part of what a row says."""
