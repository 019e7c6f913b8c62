"""The sheets of an .xlsx as records of cells, each with its row; times as the spreadsheet shows them.

Read with openpyxl: small, pure Python, and it tells a cell's number format, without which a time cannot be
told. Not here: what a cell means (`headers`, `tables`).
"""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from typing import Any

from uball_assets.domain.tabular.cells import Record

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, SyntaxError, KeyError, TypeError, IndexError)
"""What openpyxl raises for what is no workbook, or a damaged one, beside ValueError."""


def sheets(data: bytes) -> dict[str, list[Record]]:
    """Every sheet's records by its name, in order. ValueError for what is no workbook."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    if not data.startswith(b"PK"):
        raise ValueError(
            "it is no .xlsx: an old .xls, one with a password, or text under that name; save it again"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # features of a workbook that do not concern its values
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            try:
                return {sheet.title: _records(sheet) for sheet in book.worksheets}
            finally:
                book.close()
    except (*_BROKEN, InvalidFileException) as error:
        raise ValueError(
            f"it is no sound .xlsx ({error}): open it in a spreadsheet and save it again"
        ) from error


def _records(sheet: Any) -> list[Record]:
    sheet.reset_dimensions()  # programs write wrong ones
    return [
        (line, [_shown(cell.value, str(cell.number_format or "")) for cell in row])
        for line, row in enumerate(sheet.iter_rows(), start=1)
        if row
    ]


def _shown(value: object, number_format: str) -> object:
    """What a person sees in the cell: `0:31`, which a spreadsheet keeps as 31 minutes past midnight, is 31 s.

    So a sheet says the same as its CSV. A time of the day (`2:31 PM`) is none of a game's, and stays text.
    """
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, time | timedelta):
        since = value if isinstance(value, timedelta) else _since_midnight(value)
        shape = number_format.lower()
        if "am/pm" in shape:
            return f"{value} (a time of the day)"
        return round(since.total_seconds() if "s" in shape else since.total_seconds() / 60, 3)
    return value.isoformat() if isinstance(value, datetime | date) else value


def _since_midnight(value: time) -> timedelta:
    return timedelta(
        hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond
    )
