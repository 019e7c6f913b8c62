"""Rows as the lines in which PostgreSQL takes them (COPY), and a tally that proves two sets of lines equal.

A line is written exactly as PostgreSQL gives it back, so that what was sent and what is there are compared
byte for byte. Belongs here: rows, lines and tallies. Not here: which rows (`home_tables`, `home_events`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as db

_ESCAPES = [
    ("\\", "\\\\"),
    ("\n", "\\n"),
    ("\r", "\\r"),
    ("\t", "\\t"),
    ("\b", "\\b"),
    ("\f", "\\f"),
    ("\v", "\\v"),
]
_DIGEST_BYTES = 16
Written = Callable[[Any], str]


@dataclass
class Tally:
    """How many lines, and one number of all of them that does not rest on their order."""

    rows: int = 0
    total: int = 0

    def add(self, line: bytes) -> None:
        self.rows += 1
        digest = hashlib.blake2b(line, digest_size=_DIGEST_BYTES).digest()
        self.total = (self.total + int.from_bytes(digest)) % (1 << 8 * _DIGEST_BYTES)

    @classmethod
    def of(cls, text: str) -> Tally:
        rows, total = text.split(":")
        return cls(int(rows), int(total, 16))

    @property
    def text(self) -> str:
        return f"{self.rows}:{self.total:032x}"


class LineTally:
    """A file that takes what COPY gives out, and counts its lines."""

    def __init__(self) -> None:
        self.tally = Tally()
        self._rest = b""

    def write(self, data: bytes) -> int:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self.tally.add(line)
        return len(data)


def writers_of(table: db.Table) -> list[Written]:
    """How each of its columns is written."""
    return [_writer(column.type) for column in table.columns]


def line_of(row: Sequence[Any], writers: Sequence[Written]) -> bytes:
    """Without its end."""
    cells = ("\\N" if value is None else write(value) for value, write in zip(row, writers, strict=True))
    return "\t".join(cells).encode()


def _writer(kind: Any) -> Written:
    if isinstance(kind, db.Boolean):
        return lambda value: "t" if value else "f"
    if isinstance(kind, db.LargeBinary):
        return lambda value: "\\\\x" + bytes(value).hex()
    if isinstance(kind, db.Float):
        return lambda value: repr(float(value)).removesuffix(".0")
    if isinstance(kind, db.DateTime):
        return _moment
    return _text


def _text(value: Any) -> str:
    """One after the other: on texts as long as events many times faster than `translate`."""
    text = str(value)
    for plain, escaped in _ESCAPES:
        text = text.replace(plain, escaped)
    return text


def _moment(text: Any) -> str:
    """`2026-11-29 11:35:23.61`: without the zeros that mean nothing."""
    whole, _, fraction = str(text).replace("T", " ").partition(".")
    fraction = fraction.rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole
