"""Refreshing: whether results, features and forecasts are to be made anew now, and in words why or why not.

Level-triggered: the answer depends only on what is so now. Due are, the first that holds:

    nothing is known of the league        the whole schedule is asked for
    results or lines are missing          again and again, later each time
    games, results, rosters or models     are other than when forecasts were made last
    it is a while since the last look     in a season: games are moved, players are hurt

In the off-season nobody looks. Belongs here: the decision. Not here: what is missing (`gaps`), who asks
(`automation`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uball_assets.domain.learning.attempts import Tried
from uball_assets.domain.learning.due.words import count, duration

_MOST_TOLD = 3


@dataclass(frozen=True)
class RefreshView:
    """What is so now."""

    now_s: float
    is_running: bool
    games: int
    """Known of the league."""
    unmade: int
    """Of those, games without features: new ones."""
    gaps: tuple[str, ...]
    """A sentence for what is missing of the last week."""
    is_stale: bool
    """Facts, or who serves, are other than when forecasts were made last."""
    looked_s: float | None
    """When the sources were asked last, Unix seconds; None: never."""
    look_every_s: float
    expects_games: bool
    """Today or within a week."""

    @property
    def look(self) -> str:
        """Which look it is: another after each that was done, and where none is, for each period."""
        return f"{self.looked_s}:{int(_since_look_s(self) // self.look_every_s)}"


@dataclass(frozen=True)
class Wish:
    """A reason to refresh: `what` and `at` are what its attempts are counted at."""

    what: str
    reason: str


@dataclass(frozen=True)
class Refresh:
    due: bool
    reason: str
    what: str = ""
    attempt: int = 0


def wishes(view: RefreshView) -> list[Wish]:
    """All reasons that hold, the most pressing first."""
    found = []
    if not view.games:
        found.append(Wish("first", "nothing is known of the league yet"))
    if view.unmade:
        found.append(Wish("new", f"{count(view.unmade, 'game')} without features"))
    if view.gaps:
        found.append(Wish("gaps", _gaps(view.gaps)))
    if view.is_stale:
        found.append(Wish("stale", "results, rosters or models changed since forecasts were made"))
    if view.expects_games and _since_look_s(view) >= view.look_every_s:
        found.append(Wish("look", f"the last look at the sources was {duration(_since_look_s(view))} ago"))
    return found


def decide(
    view: RefreshView,
    tried: Sequence[tuple[Wish, Tried]],
    max_attempts: int,
    backoff_s: Sequence[float],
) -> Refresh:
    """`tried`: of each wish, the attempts at just that."""
    if view.is_running:
        return Refresh(False, "waiting: a run of the league is going")
    waits = []
    for wish, so_far in tried:
        hindrance = hindrance_of(wish, so_far, view.now_s, max_attempts, backoff_s)
        if hindrance is None:
            return Refresh(True, wish.reason, wish.what, so_far.next_number)
        waits.append(hindrance)
    return Refresh(False, "; ".join([*waits, _quiet(view)] if waits else [_quiet(view)]))


def hindrance_of(
    wish: Wish, so_far: Tried, now_s: float, max_attempts: int, backoff_s: Sequence[float]
) -> str | None:
    """Why it is not tried now. An attempt that succeeded and changed nothing counts too: sources are asked
    again, but not for ever."""
    ended = len(so_far.ended)
    if not ended:
        return None
    if ended >= max_attempts:
        return f"{wish.reason}: {count(ended, 'attempt')} did not mend it, see the runs and docs/results.md"
    wait_s = backoff_s[min(ended, len(backoff_s)) - 1] if backoff_s else 0.0
    left_s = so_far.ended[-1].at_s + wait_s - now_s
    return f"{wish.reason}: asked again in {duration(left_s)}" if left_s > 0 else None


def _quiet(view: RefreshView) -> str:
    games = f"{count(view.games, 'game')} known"
    if not view.expects_games:
        return f"{games}; off-season: nothing is expected within a week (UBALL_SEASONS)"
    left_s = max(0.0, view.look_every_s - _since_look_s(view))
    return f"up to date: {games}, the next look at the sources in {duration(left_s)}"


def _since_look_s(view: RefreshView) -> float:
    return view.now_s if view.looked_s is None else view.now_s - view.looked_s


def _gaps(gaps: Sequence[str]) -> str:
    more = f", and {len(gaps) - _MOST_TOLD} more" if len(gaps) > _MOST_TOLD else ""
    return f"missing: {', '.join(gaps[:_MOST_TOLD])}{more}"
