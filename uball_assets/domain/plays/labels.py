"""Event labels: the league's vocabulary, its aliases and what each is worth.

Belongs here: which words are labels. Not here: how a row is judged (`plays`) or scored (`metrics`).
"""

from __future__ import annotations

from uball_assets.domain.fields import plain_name

POINTS: dict[str, int] = {"FREE_THROW_MAKE": 1, "FG_MAKE": 2, "3PT_MAKE": 3, "4PT_MAKE": 4}
"""Points a label scores; every other label scores none."""

LABELS: tuple[str, ...] = (
    "FG_MAKE",
    "FG_MISS",
    "3PT_MAKE",
    "3PT_MISS",
    "4PT_MAKE",
    "4PT_MISS",
    "FREE_THROW_MAKE",
    "FREE_THROW_MISS",
    "ASSIST",
    "REBOUND",
    "OFFENSIVE_REBOUND",
    "DEFENSIVE_REBOUND",
    "STEAL",
    "BLOCK",
    "TURNOVER",
    "FOUL",
    "TIMEOUT",
    "SUBSTITUTION",
)

ALIASES: dict[str, str] = {"SUB": "SUBSTITUTION", "TOV": "TURNOVER", "REB": "REBOUND"}

_SPELLED = {plain_name(word): word for word in (*LABELS, *ALIASES)}
_MEANT = {plain: ALIASES.get(word, word) for plain, word in _SPELLED.items()}


def canonical(text: object) -> str | None:
    """The label a row means, or None: an unknown word is never replaced by another label.

    `3PT Make`, `3pt-make` and `3PTMAKE` are `3PT_MAKE`: no two labels differ by case or marks alone.
    """
    return _MEANT.get(plain_name(text))


def spelled(text: object) -> str | None:
    """The label or alias that a word is, as the league spells it (`Tov` is `TOV`); None for all else."""
    return _SPELLED.get(plain_name(text))


def points(label: str) -> int:
    return POINTS.get(label, 0)
