"""Tables of a game: its plays as the league's own table, and its box score.

Belongs here: columns and rows. Not here: how a cell is written (`tabular.spreadsheet_cells`). The table of
plays has the columns that `uball import` reads, so it reads it back as it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from uball_assets.domain.exports.told_game import PEOPLE, ToldGame, as_rows
from uball_assets.domain.plays.labels import LABELS, points
from uball_assets.domain.tabular.spreadsheet_cells import as_csv

PLAY_COLUMNS = (
    *("id", "game_id", "angle", "start_timestamp", "end_timestamp", "timestamp_seconds", "classification"),
    *("note", "player_a", "player_b", "events"),
)
"""The league's; `uball import` reads each."""
MORE_COLUMNS = ("points", "told_by", "confidence", "needs_review", "clock", "game")
"""For whoever reads the table; `uball import` says that it does not use them."""


def plays_csv(games: Iterable[ToldGame]) -> str:
    rows = [
        {**row, "events": _compact(row["events"]), **more}
        for game in games
        for row, more in zip(as_rows(game), _more(game), strict=True)
    ]
    return as_csv((*PLAY_COLUMNS, *MORE_COLUMNS), rows)


def plays_lines(games: Iterable[ToldGame]) -> str:
    """The league's rows alone, one JSON object a line."""
    return "".join(f"{_compact(row)}\n" for game in games for row in as_rows(game))


def game_json(game: ToldGame) -> str:
    """The game with all that is known of each play."""
    plays = [{**row, **more} for row, more in zip(as_rows(game), _more(game), strict=True)]
    told = {
        "game_id": game.game_id,
        "title": game.title,
        "clock": game.clock,
        "left_out": game.left_out,
        "plays": plays,
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def box_csv(who_did: Mapping[str, Mapping[str, Mapping[str, int]]]) -> str:
    """`who_did`: by who told it, by player, how often each label. A row a player."""
    rows = [
        {
            "told_by": told_by,
            "player": player,
            "points": sum(points(label) * count for label, count in did.items()),
            **{label: did.get(label, 0) for label in LABELS},
        }
        for told_by, players in who_did.items()
        for player, did in players.items()
    ]
    return as_csv(("told_by", "player", "points", *LABELS), rows)


def _more(game: ToldGame) -> list[dict[str, object]]:
    return [
        {
            "points": play.points,
            "told_by": play.told_by,
            "confidence": None if play.confidence is None else round(play.confidence, 4),
            "needs_review": None if play.told_by == PEOPLE else play.needs_review,
            "clock": game.clock,
            "game": game.title,
        }
        for play in game.plays
    ]


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
