"""A file of any form as rows by column: separated text, a spreadsheet, JSON or JSONL.

Belongs here: which reader a file needs, and the refusal of what none can read. Not here: the readers
themselves (`encodings`, `cells`, `spreadsheet`, `objects`), or what a value says (`tables`, `offsets`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from uball_assets.domain.errors import Permanent
from uball_assets.domain.tabular.cells import IsRow, Record, readings
from uball_assets.domain.tabular.encodings import decoded
from uball_assets.domain.tabular.headers import Vocabulary, Written, by_keys, nearest_header, under_headers
from uball_assets.domain.tabular.objects import in_list, in_sequence
from uball_assets.importing.spreadsheet import sheets

SEPARATED = (".csv", ".tsv", ".txt")
SPREADSHEETS = (".xlsx", ".xlsm")
SEQUENCES = (".jsonl", ".ndjson")


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Turns what cannot be read into Permanent, with the file's name."""
    try:
        yield
    except OSError as error:
        raise Permanent(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise Permanent(f"{path} cannot be read: {error}") from error


def read_written(
    path: Path, words: Vocabulary, is_row: IsRow, encoding: str = "", *, without_header: Sequence[str] = ()
) -> Written:
    """The file's rows by column; what cannot be read is a fault with its line, and the rest goes on.

    `encoding` is that of text which is neither UTF-8 nor UTF-16. `without_header` are the columns of a table
    that has no header, in order, where that may be. Raises Permanent for what holds no table at all.
    """
    with refusing(path):
        suffix, data = path.suffix.lower(), path.read_bytes()
        if suffix in SPREADSHEETS:
            return _from_sheets(sheets(data), words, is_row, without_header)
        if suffix not in (*SEPARATED, *SEQUENCES, ".json"):
            raise ValueError("it is no table by its name: save it as .csv, .tsv, .txt, .xlsx, .json .jsonl")
        text, is_fallback = decoded(data, encoding)
        if not text.strip():
            return Written()
        if suffix in SEPARATED:
            written = _headed(list(readings(text, is_row)), words, is_row, without_header)
        else:
            is_sequence = suffix in SEQUENCES and not text.lstrip().startswith("[")
            written = _from_objects(text, words, is_sequence=is_sequence)
        if is_fallback:
            written.notices.append(f"read as {encoding}, as UBALL_PLAYS_ENCODING says")
        return written


def _from_sheets(
    found: dict[str, list[Record]], words: Vocabulary, is_row: IsRow, without_header: Sequence[str]
) -> Written:
    """The first sheet with a header; others are named."""
    names = list(found)
    chosen = next((name for name in names if under_headers(found[name], words)), None)
    written = _headed([found[chosen]] if chosen else list(found.values()), words, is_row, without_header)
    others = [name for name in names if chosen and name != chosen and found[name]]
    if others:
        written.notices.append(f"sheet {chosen} is read, not {', '.join(others)}")
    return written


def _headed(
    tables: list[list[Record]], words: Vocabulary, is_row: IsRow, without_header: Sequence[str]
) -> Written:
    """The rows of the one reading that makes sense of the file."""
    for records in tables:
        if written := under_headers(records, words):
            return written
    for records in tables if without_header else []:
        for at, (line, cells) in enumerate(records):
            if not isinstance(cells, str) and is_row([str(cell) for cell in cells]):
                header: Record = (line, list(without_header))
                return under_headers([*records[:at], header, *records[at:]], words) or Written()
    raise ValueError(words.complaint(nearest_header(tables, words)))


def _from_objects(text: str, words: Vocabulary, *, is_sequence: bool) -> Written:
    entries, missing = (list(in_sequence(text)), "") if is_sequence else in_list(text)
    written = by_keys([(line, row) for line, row in entries if isinstance(row, dict)], words)
    for line, row in entries:
        if isinstance(row, ValueError):
            written.faults.append((line, str(row)))
        elif not isinstance(row, dict):
            written.faults.append((line, f"it is no object: {str(row)[:60]!r}"))
    if missing:
        written.faults.append((None, missing))
    return written
