"""Loose values as rows and models write them: read as a number or a text, or as nothing.

Belongs here: reading one value. Not here: whether the value makes sense (`plays`, `examples`) or fits its
column (`columns`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

_CLOCK = re.compile(r"(?:(\d+):([0-5]?\d)|(\d+)):([0-5]?\d(?:\.\d+)?)", re.ASCII)
"""`h:mm:ss`, or `mm:ss` with any number of minutes."""
_UNIT = re.compile(r"(?<=[\d.\s])(?:s|secs?|seconds?)\.?$", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d+$)")
_THOUSANDS = re.compile(r"[+-]?\d{1,3},\d{3}")
_MARKS = re.compile(r"[\s_\-\u2010-\u2015]+")


_UUID = re.compile(r"[0-9a-f]{8}(-?)(?:[0-9a-f]{4}\1){3}[0-9a-f]{12}", re.ASCII | re.IGNORECASE)

_WORDS = r"NULL null (null) \N N/A n/a #N/A NA <NA> NaN nan -nan NaT None none NONE nil undefined - -- – —"
NOTHING_WORDS = frozenset(_WORDS.split())
"""What is written into an empty cell by SQL, COPY, spreadsheets, R, pandas, Python, Ruby, JavaScript, people.
Only the whole cell, spelled exactly so: `Nan` and `Na` may be a player's name, `nan` and `NA` are not."""

_UNKEEPABLE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
"""Control characters and halves of a character pair: PostgreSQL refuses NUL and halves, nobody sees any."""
_SEPARATING = re.compile(r"[\x0b\x0c\x1c-\x1f\x85]")
"""Control characters that stand between words, as a line's end does."""


def number_in(value: object) -> float | None:
    """A finite number, also as text or a decimal; None for everything else, `True`, NaN, `3_0` included."""
    if value is None or isinstance(value, bool):
        return None
    try:
        text = str(value)
        number = float("" if "_" in text else text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def seconds_in(value: object) -> float | None:
    """Seconds of `754.5`, `3.2s`, `12:34.5`, `0:12:34.5`, also with a decimal comma; None for all else.

    `1,912` may be a thousand or a decimal fraction: it is none of both.
    """
    if not isinstance(value, str):
        return number_in(value)
    text = _UNIT.sub("", value.strip()).strip()
    if not _THOUSANDS.fullmatch(text):
        text = _DECIMAL_COMMA.sub(".", text)
    clock = _CLOCK.fullmatch(text)
    if clock is None:
        return number_in(text)
    hours, minutes, minutes_alone, seconds = clock.groups()
    # A sum of floats can be off in its last bit, and a frame of exactly that time be missed.
    return float(int(hours or 0) * 3600 + int(minutes or minutes_alone) * 60 + Decimal(seconds))


def two_readings(value: object) -> tuple[float, float] | None:
    """What a number is with a decimal comma, and with one of thousands; None where a comma is not both."""
    text = _UNIT.sub("", str(value).strip()).strip()
    if not _THOUSANDS.fullmatch(text):
        return None
    return float(text.replace(",", ".")), float(text.replace(",", ""))


def plain_name(name: object) -> str:
    """A name or label without its spelling: `Player A`, `player_a` and `playerA` are `playera`."""
    return _MARKS.sub("", str(name)).lower()


def by_plain_name(row: Mapping[Any, Any]) -> dict[str, Any]:
    """The fields of an object whatever the spelling of their names; of two spellings the one with a value."""
    fields: dict[str, Any] = {}
    for name, value in row.items():
        if value is not None or plain_name(name) not in fields:
            fields[plain_name(name)] = value
    return fields


def cleaned(text: str) -> str:
    """The text without control characters and halves of a character pair; line ends and tabs stay.

    A control character that separates (vertical tab, form feed, next line) becomes a blank: words stay apart.
    """
    return _UNKEEPABLE.sub("", _SEPARATING.sub(" ", text))


def says_nothing(value: object) -> bool:
    """None, NaN, blanks, a word for nothing."""
    return text_in(value) is None


def text_in(value: object) -> str | None:
    """The text, cleaned, without surrounding blanks; None when it says nothing (`NOTHING_WORDS`)."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    text = cleaned(str(value)).strip()
    return None if not text or text in NOTHING_WORDS else text


def as_uuid(value: object) -> str | None:
    """The UUID that a text is, lower-case and with hyphens; None for every other text."""
    text = str(value).strip()
    return str(UUID(text)) if _UUID.fullmatch(text) else None
