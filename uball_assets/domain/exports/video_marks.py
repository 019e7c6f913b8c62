"""Marks over a video for other players: Dartfish's table of events, and WebVTT chapters.

Belongs here: these two forms. Not here: whose clock the times are in (`told_game`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from uball_assets.domain.exports.told_game import ToldGame, ToldPlay
from uball_assets.domain.footage.teams import team_color
from uball_assets.domain.tabular.spreadsheet_cells import as_csv

_DARTFISH = ("Name", "Position", "Duration", "Team", "Player", "Side", "Points", "Note", "Told by")


def dartfish_csv(game: ToldGame) -> str:
    """A line an event: its name, where it begins and how long it lasts, both in whole milliseconds of the
    video; every other column is a category."""
    rows = [
        {
            "Name": play.label,
            "Position": round(1000 * play.window.start_s),
            "Duration": round(1000 * play.window.duration_s),
            "Team": team_color(play.player_a),
            "Player": play.player_a,
            "Side": play.side.value,
            "Points": play.points or None,
            "Note": play.note,
            "Told by": play.told_by,
        }
        for play in game.plays
    ]
    return as_csv(_DARTFISH, rows)


def chapters_vtt(game: ToldGame) -> str:
    """A chapter a play, for `<track kind="chapters">` and players such as VLC or mpv.

    Chapters do not overlap: one ends where the next begins, and plays that begin together share one.
    """
    starts = [list(together) for _, together in groupby(game.plays, lambda play: _ms(play.window.start_s))]
    cues = [
        f"{number}\n{_clock(together[0].window.start_s)} --> {_clock(_end_s(starts, number))}\n"
        f"{' · '.join(map(_title, together))}\n"
        for number, together in enumerate(starts, start=1)
    ]
    return "\n".join([f"WEBVTT {_one_line(game.title)}\n", *cues])


def _end_s(starts: Sequence[Sequence[ToldPlay]], number: int) -> float:
    end_s = max(play.window.end_s for play in starts[number - 1])
    return end_s if number == len(starts) else min(end_s, starts[number][0].window.start_s)


def _title(play: ToldPlay) -> str:
    who = f", {play.player_a}" if play.player_a else ""
    return _one_line(f"{play.label.replace('_', ' ')}{who}")


def _one_line(text: str) -> str:
    """Within a cue: no line's end, no tag, no entity, no arrow."""
    plain = " ".join(text.replace("\0", "\N{REPLACEMENT CHARACTER}").split())
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _ms(seconds: float) -> int:
    return round(1000 * seconds)


def _clock(seconds: float) -> str:
    """`01:02:03.456`."""
    whole_s, ms = divmod(_ms(seconds), 1000)
    return f"{whole_s // 3600:02}:{whole_s // 60 % 60:02}:{whole_s % 60:02}.{ms:03}"
