"""The league's database of games, plays and offsets: the Protocol, and the URL that picks the implementation.

Belongs here: rows in and rows out, paged to the end, as plain dicts with the league's own column names
(DOMAIN: 'Plays'). Not here: an implementation (`sqlite_plays_db`), or whether a row is sound
(`domain.plays`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from uball_assets.domain.errors import Permanent

Row = dict[str, Any]


class PlaysDb(Protocol):
    """Raises `Permanent` (no database, missing table, bad column) or `Transient` (locked, network)."""

    def game_ids(self) -> list[str]:
        """Every game in the `games` table, sorted."""
        ...

    def game(self, game_id: str) -> Row | None:
        """The game's row, rosters and scores decoded from JSON."""
        ...

    def plays(self, game_id: str) -> list[Row]:
        """All play rows of one game, every page, ordered by start (none last), id; `events` decoded."""
        ...

    def play_versions(self) -> dict[str, str]:
        """Per game with plays, a token that changes when a row comes, goes or is edited. One query."""
        ...

    def sync_offsets(self, game_id: str) -> dict[str, float]:
        """`video_metadata.sync_offset_seconds` by angle: file minus game time, seconds; unset: absent.

        NaN for a value that is no number: that camera must be lost, not cut as if its offset were 0.
        """
        ...

    def add_game(
        self,
        game: Mapping[str, Any],
        plays: Iterable[Mapping[str, Any]],
        videos: Iterable[Mapping[str, Any]],
    ) -> None:
        """Upserts a game, its plays (by id) and cameras (by game and angle), in one transaction.

        Columns that a row does not have keep what they hold; no date is made up. Permanent, and nothing is
        written, for an unknown or missing column, a row of another game, or one row given twice.
        """
        ...

    def write_annotations(self, game_id: str, model: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Replaces a model's annotations of a game, in one transaction; doing it again changes nothing."""
        ...

    def annotations(self, game_id: str, model: str) -> list[Row]:
        """As written, ordered by start (none last) and play key."""
        ...


def open_plays_db(url: str) -> PlaysDb:
    """The database behind a setting: `sqlite:///` and a path as it is (`sqlite:////data/p.db`: absolute).

    Permanent for an address that no database of this version answers to.
    """
    from uball_assets.adapters.sqlite_plays_db import SqlitePlaysDb

    path = url.removeprefix("sqlite:///")
    if url.startswith("sqlite:///") and path:
        return SqlitePlaysDb(Path(path).expanduser())
    if url == "supabase":
        raise Permanent("supabase needs the 'supabase' extra; not yet in this version: use sqlite:///…")
    raise Permanent(f"{url!r} is no plays database: use sqlite:/// and a path, or supabase")
