"""Rows on their way into a table: which are taken, how each value is written, which columns the table gets.

Belongs here: what fits a column and a key, the form of a column that nobody declared, and why a row is not
taken. Not here: tables (`tables`), storing rows (`adapters.warehouse`).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from numbers import Integral, Real
from typing import Any

import numpy as np

from uball_assets.domain.errors import Quarantined
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.tables import LINEAGE, Column, Form, Row, Table

_LARGEST_WHOLE = 2**63 - 1
_COLUMN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,299}", re.ASCII)
_UNDECLARED = "taken from a row, no code declares it"
_NO_DAY = date(1970, 1, 1)


@dataclass(frozen=True)
class Refused:
    """A row that is not taken, and why."""

    row: Row
    loss: Quarantined


@dataclass(frozen=True)
class Sifted:
    """What becomes of rows before any of them is stored."""

    rows: list[dict[str, Any]]
    """One a key, the last that was given; each value as JSON writes it, every column present."""
    columns: dict[str, Column]
    """The table's own from now on, without lineage."""
    new_columns: tuple[str, ...]
    refused: tuple[Refused, ...]


def sift(table: Table, stored: Mapping[str, Column], rows: Iterable[Row]) -> Sifted:
    """`stored`: the columns that lie in the warehouse already, none before the first write.

    What is stored holds against what is declared: a column does not change its form. Lineage in a row (one
    that was read and is written again) is left out: a write has its own.
    """
    given = [{name: value for name, value in row.items() if name not in LINEAGE} for row in rows]
    columns = {**table.columns, **stored}
    columns |= _undeclared(columns, given)
    known = stored or table.columns
    writers = {name: _WRITTEN[column.form] for name, column in columns.items()}
    taken: dict[tuple[Any, ...], dict[str, Any]] = {}
    refused = []
    for row in given:
        try:
            written = _written(table, writers, row)
        except _Unfit as unfit:
            refused.append(Refused(row, unfit.loss(table, row)))
            continue
        taken[tuple(written[name] for name in table.key)] = written
    news = tuple(sorted(columns.keys() - known.keys())) if taken or stored else ()
    return Sifted(list(taken.values()), columns, news, tuple(refused))


def aside_of(table: Table) -> Table:
    """Where rows that are not taken lie, in the words of their table."""
    return Table(
        f"{table.name}_aside",
        f"Rows that `{table.name}` did not take.",
        {
            "kept_key": Column(Form.TEXT, "a hash of the row and the reason"),
            "kept_on": Column(Form.DATE, f"the row's day, or {_NO_DAY} where it has none"),
            "what": Column(Form.TEXT, "the row, by its key"),
            "place": Column(Form.TEXT, "the table and the column"),
            "why": Column(Form.TEXT, "why it was not taken"),
            "remedy": Column(Form.TEXT, "what gets it in"),
            "row": Column(Form.JSON, "the row as it was given"),
        },
        ("kept_key",),
        "kept_on",
        "place",
    )


def aside_rows(table: Table, refused: Iterable[Refused]) -> list[dict[str, Any]]:
    """As `aside_of` has them. The same row, refused again for the same reason, is the same one."""
    found = []
    for each in refused:
        row = {str(name): _shown(value) for name, value in each.row.items()}
        day = each.row.get(table.partitioned_by)
        found.append(
            {
                "kept_key": content_hash([row, each.loss.why]),
                "kept_on": day if type(day) is date else _NO_DAY,
                "what": each.loss.what,
                "place": each.loss.where,
                "why": each.loss.why,
                "remedy": each.loss.remedy,
                "row": row,
            }
        )
    return found


def written_value(form: Form, value: Any) -> Any:
    """One value as JSON writes it; None for missing. Raises ValueError, with the reason, for another form."""
    return None if value is None else _WRITTEN[form](value)


class _Unfit(Exception):  # noqa: N818
    def __init__(self, column: str, why: str, remedy: str) -> None:
        super().__init__(why)
        self.column, self.why, self.remedy = column, why, remedy

    def loss(self, table: Table, row: Row) -> Quarantined:
        key = ", ".join(f"{name} {_shortly(row.get(name))}" for name in table.key)
        return Quarantined(f"row {key}", f"{table.name}.{self.column}", self.why, self.remedy)


def _written(
    table: Table, writers: Mapping[str, Callable[[Any], Any]], row: Mapping[str, Any]
) -> dict[str, Any]:
    """Raises _Unfit for the first value that does not fit."""
    written: dict[str, Any] = dict.fromkeys(writers)
    for name, value in row.items():
        if value is None or (name not in writers and _is_not_a_number(value)):
            continue
        if name not in writers:
            remedy = "give the column a name of letters, digits and _ that no other has, whatever its case"
            raise _Unfit(_shortly(name), f"{_shortly(name)} cannot be the name of a column", remedy)
        try:
            written[name] = writers[name](value)
        except ValueError as error:
            remedy = f"give {name} such a value; another kind of value needs a column of its own"
            raise _Unfit(name, f"{name} is {_shortly(value)}: {error}", remedy) from None
    for name in (*table.key, table.partitioned_by):
        if written[name] is None:
            purpose = "one row is found by it" if name in table.key else "rows lie by it"
            raise _Unfit(name, f"{name} is missing: {purpose}", f"give the row its {name}")
    return written


def _undeclared(known: Mapping[str, Column], rows: Iterable[Row]) -> dict[str, Column]:
    """Columns that no code declares, by the first value that has a form; whole numbers beside others are
    numbers."""
    found: dict[str, Form] = {}
    taken = {name.lower() for name in (*known, *LINEAGE)}
    for row in rows:
        for name in row.keys() - known.keys():
            form = _form_of(row[name])
            if form is None or (name not in found and not _can_be_a_name(name, taken)):
                continue
            if {found.get(name), form} == {Form.WHOLE, Form.NUMBER}:
                found[name] = Form.NUMBER
            else:
                found.setdefault(name, form)
                taken.add(name.lower())
    return {name: Column(form, _UNDECLARED) for name, form in sorted(found.items())}


def _can_be_a_name(name: Any, taken: set[str]) -> bool:
    return isinstance(name, str) and bool(_COLUMN_NAME.fullmatch(name)) and name.lower() not in taken


def _form_of(value: Any) -> Form | None:
    for form in (Form.TRUTH, Form.WHOLE, Form.NUMBER, Form.TEXT, Form.MOMENT, Form.DATE, Form.JSON):
        try:
            written = written_value(form, value)
        except ValueError:
            continue
        return None if written is None else form
    return None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("the column holds text")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("it is no text that can be written as UTF-8") from None
    return str(value)


def _whole(value: Any) -> int:
    if type(value) is not int:
        if isinstance(value, bool) or not isinstance(value, Integral):
            raise ValueError("the column holds whole numbers")
        value = int(value)
    if abs(value) > _LARGEST_WHOLE:
        raise ValueError(f"whole numbers go to {_LARGEST_WHOLE}")
    return int(value)


def _number(value: Any) -> float | None:
    """Not a number is how NumPy and pandas write 'missing', and that is what it becomes."""
    if type(value) is not float:
        if isinstance(value, bool) or not isinstance(value, Real):
            raise ValueError("the column holds numbers")
        try:
            value = float(value)
        except OverflowError:
            raise ValueError("it is too large") from None
    if math.isinf(value):
        raise ValueError("infinity is no number that can be stored")
    return None if math.isnan(value) else float(value)


def _is_not_a_number(value: Any) -> bool:
    return isinstance(value, Real) and math.isnan(value)


def _truth(value: Any) -> bool:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    raise ValueError("the column holds true or false")


def _date(value: Any) -> str:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise ValueError("the column holds days, without a time")
    return value.isoformat()


def _moment(value: Any) -> str:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise ValueError("the column holds a day and a time with its time zone")
    try:
        return value.astimezone(UTC).isoformat()
    except OverflowError:
        raise ValueError("it is not within the years 1 to 9999 in UTC") from None


def _json(value: Any) -> str:
    try:
        text = json.dumps(value, sort_keys=True, ensure_ascii=True, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise ValueError("the column holds what JSON can write: no NaN, no dates, keys of text") from None
    return text


_WRITTEN: dict[Form, Callable[[Any], Any]] = {
    Form.TEXT: _text,
    Form.WHOLE: _whole,
    Form.NUMBER: _number,
    Form.TRUTH: _truth,
    Form.DATE: _date,
    Form.MOMENT: _moment,
    Form.JSON: _json,
}


def _shortly(value: Any) -> str:
    text = value.isoformat() if isinstance(value, date) else ascii(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _shown(value: Any) -> Any:
    """A refused value so that JSON can write it, whatever it is."""
    try:
        return json.loads(_json(value))
    except ValueError:
        return value.isoformat() if isinstance(value, date) else ascii(value)
