"""Empty windows: stretches of a game in which nobody wrote down a play, to learn from that nothing is there.

A model that was only ever shown plays tells one of whatever it is shown. So some plays also give the stretch
behind them on their side of the court, as long as themselves: half of these begin as the play ends, and show
what people do then, the others later. Each is decided by its own play's id and times alone, so that no other
play moves it; one that falls between the play and its stretch's end takes it out.

Only where people were watching: a play of that side follows, another of either side within a minute, and no
row of the game is lost of which nobody knows when it was.

Belongs here: which stretches, and why they count as empty. Not here: where proposals for a game without plays
are (`footage.windows`), cutting, or the side of the split (`plays.splits`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from uball_assets.domain.clipping.clips import ClipPlan, Recipe, clip_name, content_key
from uball_assets.domain.footage.angles import Side
from uball_assets.domain.footage.rig import Camera
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.lost_times import LostTimes
from uball_assets.domain.plays.plays import Play

MARGIN_S = 0.5
"""People's marks are some tenths of a second off; a play's own end is kept clear by as much."""
RIGHT_BEHIND = 0.5
"""Share of the stretches that begin as their play ends: off its centre, and all that is seen is its end."""
FARTHEST = 1.5
"""How much later the others begin, at most, in lengths of their play."""
WATCHED_WITHIN_S = 60.0
"""Of the stretch's end: where nobody wrote a play down for longer, nobody may have been watching."""
PREFIX = "empty-"
"""Of the ids and clips of empty windows, before the id of the play that gives them."""


@dataclass(frozen=True)
class EmptyWindow:
    empty_id: str
    game_id: str
    side: Side
    window: Window
    """Game time, seconds."""
    why: str
    """`between plays 12 and 13: 8.4 s without a play on the LEFT side`; plays are counted over the game."""


def empty_windows(plays: Sequence[Play], lost: LostTimes | None, share: float) -> tuple[EmptyWindow, ...]:
    """In the plays' order. `share`: of the plays, those that are asked for a stretch; fewer have one that is
    empty. None where lost rows may be anywhere, or nobody looked at them."""
    if lost is None or lost.unplaced:
        return ()
    in_order = sorted(plays, key=lambda play: (play.window.start_s, play.play_id))
    found = []
    for number, play in enumerate(in_order, start=1):
        if _draw("empty", play) < share:
            window = _behind(play)
            following = _following(in_order, play)
            if following and _is_empty(play, window, in_order, lost) and _is_watched(window, in_order):
                gap_s = following[1].window.start_s - play.window.end_s
                why = (
                    f"between plays {number} and {following[0]}: {gap_s:.1f} s without a play on the "
                    f"{play.side} side"
                )
                empty_id = f"{PREFIX}{play.play_id}"
                found.append(EmptyWindow(empty_id, play.game_id, play.side, window, why))
    return tuple(found)


def plan_empty(camera: Camera, windows: Iterable[EmptyWindow], recipe: Recipe) -> list[ClipPlan]:
    """A clip of each that the camera filmed whole."""
    plans = []
    for empty in windows:
        in_file = empty.window.shifted(camera.sync_offset_s)
        in_file = Window(round(in_file.start_s, 3), round(in_file.end_s, 3))
        is_whole = in_file.start_s >= camera.filmed.start_s and in_file.end_s <= camera.filmed.end_s
        if empty.side is camera.angle.play_side and is_whole:
            plans.append(
                ClipPlan(
                    play_id=empty.empty_id,
                    game_id=empty.game_id,
                    angle=camera.angle,
                    name=clip_name(empty.game_id, empty.empty_id, camera.angle),
                    start_file_s=in_file.start_s,
                    end_file_s=in_file.end_s,
                    timestamp_clip_s=None,
                    key=content_key(camera, in_file, recipe),
                    clamped=False,
                )
            )
    return plans


def _behind(play: Play) -> Window:
    """As long as the play."""
    drawn = _draw("empty place", play)
    later = max(0.0, drawn - RIGHT_BEHIND) / (1 - RIGHT_BEHIND) * FARTHEST
    start_s = play.window.end_s + MARGIN_S + later * play.window.duration_s
    return Window(round(start_s, 3), round(start_s + play.window.duration_s, 3))


def _is_empty(play: Play, window: Window, plays: Iterable[Play], lost: LostTimes) -> bool:
    """Nothing of its side, nor of a lost row, from the end of its play to its own."""
    others = [other.window for other in plays if other is not play and other.side is play.side]
    return not any(
        other.start_s < window.end_s + MARGIN_S and other.end_s > play.window.end_s
        for other in (*others, *lost.windows)
    )


def _is_watched(window: Window, plays: Iterable[Play]) -> bool:
    return any(0 <= play.window.start_s - window.end_s <= WATCHED_WITHIN_S for play in plays)


def _following(in_order: Sequence[Play], play: Play) -> tuple[int, Play] | None:
    """The next play of its side, with its number."""
    numbered = enumerate(in_order, start=1)
    return next(
        (
            (number, other)
            for number, other in numbered
            if other.side is play.side and other.window.start_s >= play.window.end_s
        ),
        None,
    )


def _draw(what: str, play: Play) -> float:
    """0 to 1, by the play's id alone."""
    digest = hashlib.sha256(f"{what}:{play.play_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
