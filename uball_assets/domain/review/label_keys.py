"""One key a label, for who reviews plays without a mouse.

Belongs here: which key means which label. Not here: the keys of everything else on the page
(`app/static/review/keys.js`, which uses none of these), or the labels themselves (`domain.plays.labels`).
"""

from __future__ import annotations

LABEL_KEYS: dict[str, str] = {
    "FREE_THROW_MAKE": "1",
    "FG_MAKE": "2",
    "3PT_MAKE": "3",
    "4PT_MAKE": "4",
    "FREE_THROW_MISS": "q",
    "FG_MISS": "w",
    "3PT_MISS": "e",
    "4PT_MISS": "r",
    "REBOUND": "5",
    "OFFENSIVE_REBOUND": "o",
    "DEFENSIVE_REBOUND": "d",
    "ASSIST": "a",
    "STEAL": "s",
    "BLOCK": "b",
    "TURNOVER": "t",
    "FOUL": "f",
    "TIMEOUT": "6",
    "SUBSTITUTION": "7",
}
"""In the order in which the page shows them. A made shot has the digit that it is worth; the miss is the key
below it."""
