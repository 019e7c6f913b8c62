"""The sentence a person writes on a play.

Belongs here: words. Not here: what happened (`league`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

_SENTENCES: dict[str, tuple[str, ...]] = {
    "FG": (
        "{a} {verb} a two-pointer in the lane",
        "{a} {verb} the short jumper",
        "{a} {verb} it close to the rim",
    ),
    "3PT": ("{a} {verb} a three from behind the arc", "{a} {verb} the three-pointer"),
    "4PT": ("{a} {verb} from beyond the 4-point line", "{a} {verb} the four-pointer from deep"),
    "FREE_THROW": ("{a} {verb} the free throw", "{a} {verb} from the line"),
    "STEAL": ("{a} steals the ball from {b}", "{a} strips {b} and runs"),
    "BLOCK": ("{a} blocks {b}'s shot", "{a} swats {b} away at the rim"),
    "TURNOVER": ("{a} throws it out of bounds", "{a} loses the ball over the line"),
    "FOUL": ("{a} fouls {b} on the drive", "Whistle: {a} with the foul on {b}"),
}
_AND_THEN = {
    "ASSIST": ", assisted by {who}",
    "OFFENSIVE_REBOUND": ", {who} with the offensive rebound",
    "DEFENSIVE_REBOUND": ", {who} rebounds",
}


def note(label: str, events: Sequence[Mapping[str, Any]], rng: np.random.Generator) -> str:
    """One sentence for a play's events, the primary one first."""
    kind, _, result = label.rpartition("_") if label.endswith(("MAKE", "MISS")) else (label, "", "")
    sentence = str(rng.choice(_SENTENCES[kind])).format(
        a=events[0]["playerA"], b=events[0]["playerB"], verb="makes" if result == "MAKE" else "misses"
    )
    for event in events[1:]:
        sentence += _AND_THEN.get(event["label"], "").format(who=event["playerA"])
    return sentence + "."
