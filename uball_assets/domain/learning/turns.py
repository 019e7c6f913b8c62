"""Turns: which games a tick watches and starts where they are more than it can take, and starve none.

Belongs here: what one tick leaves for the next, small whatever the league's size, and whose turn comes next.
Not here: whether a game is due (`pickup`) or looking at it (`automation`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from uball_assets.domain.learning.pickup import Pickup

MOST_WATCHED = 100
"""Games that are not up to date and of which the next tick is told: some 8 kB, four ticks' worth of runs."""


@dataclass(frozen=True)
class Turns:
    """What one tick leaves for the next."""

    seen: Mapping[str, str] = field(default_factory=dict)
    """Games that are not up to date, with their source's hash."""
    watched_to: str = ""
    """The game that was watched last, where others still wait to be: the next is the one behind it."""
    started_to: str = ""
    """The game that was started last."""
    look_from: str = ""
    """The game that the last look did not come to any more; '' where it came to all."""
    settled_to: str = ""
    """The run that was looked at last for how it ended, where there are more."""
    vanished: tuple[str, ...] = ()
    """Games that no source had at this look: one that none has at the next either is retired."""

    def to_dict(self) -> dict[str, Any]:
        return {**vars(self), "vanished": list(self.vanished)}

    @classmethod
    def from_told(cls, told: object) -> Turns:
        """From what stands in a cursor. Anything else, such as what a person has set it to, is no turn: all
        is seen for the first time. A cursor of before turns were kept holds every game's hash."""
        given = told if isinstance(told, dict) else {}
        kept = given.get("seen")
        seen = kept if isinstance(kept, dict) else given
        places = {name: given[name] for name in _PLACES if isinstance(given.get(name), str)}
        if not isinstance(kept, dict):
            places = {}
        vanished = given.get("vanished")
        gone = tuple(map(str, vanished)) if isinstance(vanished, list) else ()
        return cls({str(game): str(hashed) for game, hashed in seen.items()}, **places, vanished=gone)


_PLACES = ("watched_to", "started_to", "look_from", "settled_to")


def behind(names: Iterable[str], last: str) -> list[str]:
    """Sorted, from the one behind `last` on to the end and round to it."""
    ordered = sorted(names)
    return [*(name for name in ordered if name > last), *(name for name in ordered if name <= last)]


def whose_turn(decided: Mapping[str, Pickup], started_to: str, most: int) -> list[str]:
    """The due games to start now: those behind the one that was started last, and round to it."""
    return behind((game for game, pickup in decided.items() if pickup.due), started_to)[:most]


def next_seen(
    before: Turns,
    hashes: Mapping[str, str],
    decided: Mapping[str, Pickup],
    unlooked: Collection[str],
    started: Collection[str],
    most: int = MOST_WATCHED,
) -> tuple[dict[str, str], str]:
    """`Turns.seen` and `watched_to` for the next tick.

    `hashes`: the source's of each game that was looked at; one that was not come to (`unlooked`) keeps its
    place. First come those that may be started as soon as there is room; then those that were seen for the
    first time, or have changed since, each in its turn; then what was started or waits for something else.
    """
    kept = [game for game in before.seen if game in unlooked]
    ready = [game for game in before.seen if game in decided and decided[game].due and game not in started]
    ahead = [*kept, *ready][:most]
    settling = behind((game for game, pickup in decided.items() if pickup.is_settling), before.watched_to)
    entering = settling[: most - len(ahead)]
    waiting = [game for game, pickup in decided.items() if _waits(pickup)]
    order = [*ahead, *entering, *started, *waiting][:most]
    watched_to = entering[-1] if entering and len(entering) < len(settling) else ""
    return {game: hashes.get(game) or before.seen[game] for game in order}, watched_to


def _waits(pickup: Pickup) -> bool:
    return not (pickup.is_current or pickup.is_settling or pickup.due)
