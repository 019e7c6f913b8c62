"""Loose values as rows and models write them: read as a number or a text, or as nothing.

Belongs here: reading one value. Not here: whether the value makes sense (`plays`, `examples`).
"""

from __future__ import annotations

import math


def number_in(value: object) -> float | None:
    """A finite number, also as text or a decimal; None for everything else, `True` and NaN included."""
    if value is None or isinstance(value, bool):
        return None
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def text_in(value: object) -> str | None:
    """The text without surrounding blanks; None when there is none."""
    return None if value is None else str(value).strip() or None
