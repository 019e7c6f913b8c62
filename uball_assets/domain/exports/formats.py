"""Every form that a game can be exported in: its name, what it is for, its file.

Belongs here: the list, for the command, the pages and the docs. Not here: how one is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from uball_assets.domain.exports.sportscode import sportscode_xml
from uball_assets.domain.exports.tables import game_json, plays_csv, plays_lines
from uball_assets.domain.exports.told_game import GAME_CLOCK, ToldGame
from uball_assets.domain.exports.video_marks import chapters_vtt, dartfish_csv
from uball_assets.domain.tabular.spreadsheet_cells import BYTE_ORDER_MARK


@dataclass(frozen=True)
class Format:
    name: str
    suffix: str
    media_type: str
    says: str
    """What it is for, in half a sentence."""
    write: Callable[[ToldGame], str]
    of_video: bool = False
    """It is laid over one camera's video: its times are that file's."""
    takes_mark: bool = False
    """It may begin with a byte order mark, which Excel needs."""


FORMATS = {
    form.name: form
    for form in (
        Format(
            "csv",
            ".csv",
            "text/csv; charset=utf-8",
            "the league's table of plays, for spreadsheets and `uball import`",
            lambda game: plays_csv([game]),
            takes_mark=True,
        ),
        Format(
            "rows",
            ".jsonl",
            "application/jsonl",
            "the league's own rows, a JSON object a line, as `uball import` reads them back",
            lambda game: plays_lines([game]),
        ),
        Format(
            "json", ".json", "application/json", "the game, with all that is known of each play", game_json
        ),
        Format(
            "sportscode",
            ".xml",
            "application/xml; charset=utf-8",
            "a timeline for Hudl Sportscode, Nacsport, LongoMatch and Catapult",
            sportscode_xml,
            of_video=True,
        ),
        Format(
            "dartfish",
            ".csv",
            "text/csv; charset=utf-8",
            "events for Dartfish",
            dartfish_csv,
            of_video=True,
            takes_mark=True,
        ),
        Format(
            "chapters",
            ".vtt",
            "text/vtt; charset=utf-8",
            "chapters for web players, VLC and mpv",
            chapters_vtt,
            of_video=True,
        ),
    )
}


def file_name(game: ToldGame, form: Format) -> str:
    """`g7-sportscode-FAR_LEFT.xml`: a game's id holds nothing that a file's name may not."""
    clock = "" if game.clock == GAME_CLOCK else f"-{game.clock}"
    return f"{game.game_id}-{form.name}{clock}{form.suffix}"


def as_bytes(game: ToldGame, form: Format, *, has_mark: bool = False) -> bytes:
    """UTF-8; `has_mark`: with a byte order mark, where the form takes one."""
    mark = BYTE_ORDER_MARK if has_mark and form.takes_mark else ""
    return (mark + form.write(game)).encode("utf-8", errors="replace")
