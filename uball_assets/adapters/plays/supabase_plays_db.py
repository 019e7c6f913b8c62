"""The plays database in the league's Supabase project: tables, columns and functions of supabase/migrations.

Belongs here: which rows are asked for, in which order they come out. Not here: pages, retries and the client
(`supabase_tables`), values (`supabase_rows`), what an error means (`supabase_errors`), which plays changed
(`play_cursor`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from types import MappingProxyType
from typing import Any

from uball_assets.adapters.machine.circuits import ALWAYS_ASKED, Breaker
from uball_assets.adapters.plays.play_cursor import PlayCursor, version_of
from uball_assets.adapters.plays.plays_db import TITLE_COLUMNS, PlaysSeen, Row
from uball_assets.adapters.plays.plays_tables import TABLES, checked
from uball_assets.adapters.plays.supabase_errors import MissingTable, UpstreamError
from uball_assets.adapters.plays.supabase_rows import UUID_COLUMNS, received, sendable
from uball_assets.adapters.plays.supabase_tables import Page, SupabaseTables
from uball_assets.adapters.plays.supabase_whole import SupabaseWhole
from uball_assets.domain.fields import as_uuid
from uball_assets.domain.footage.offsets import offsets_of

_LEAGUE_S = frozenset({"games", "plays", "video_metadata", "players"})
"""Filled by the league: when one looks empty to a key under RLS, it is hidden, not empty."""
_STAMP = "id,game_id,updated_at"
_IDS_A_REQUEST = 100
"""They stand in the request's address, which servers take to about 8 kB."""


class SupabasePlaysDb:
    """Reads are complete or raise; writes are one transaction each. Safe to share between threads.

    The key should be the service key. Under any other, row-level security may hide some rows of a table
    without a word; only a league's table that looks empty as a whole is refused (HiddenByRls).
    """

    ids_are_uuids = True

    def __init__(
        self,
        url: str,
        key: str,
        timeout_s: float = 10.0,
        attempts: int = 5,
        first_wait_s: float = 0.5,
        circuit: Breaker = ALWAYS_ASKED,
    ) -> None:
        self._tables = SupabaseTables(url, key, timeout_s, attempts, first_wait_s, circuit)
        self._cursor = PlayCursor(_Stamps(self._tables))

    def __repr__(self) -> str:
        return f"SupabasePlaysDb(role={self._tables.role!r})"

    def whole(self) -> SupabaseWhole:
        """Its tables for a backup."""
        return SupabaseWhole(self._tables)

    def game_ids(self) -> list[str]:
        return [row["id"] for row in self._rows("games", _by("id"), columns="id")]

    def games(self) -> list[Row]:
        return self._rows("games", _by("id"), columns=",".join(TITLE_COLUMNS))

    def game(self, game_id: str) -> Row | None:
        return next(iter(self._of("games", "id", {"id": game_id})), None)

    def plays(self, game_id: str) -> list[Row]:
        return _ordered(self._of("plays", "id", {"game_id": game_id}), "start_timestamp", "id")

    def games_of(self, play_ids: Iterable[str]) -> dict[str, str]:
        wanted = [(uuid, play_id) for play_id in play_ids if (uuid := as_uuid(play_id))]
        owners: dict[str, str] = {}
        for begin in range(0, len(wanted), _IDS_A_REQUEST):
            ids = [uuid for uuid, _ in wanted[begin : begin + _IDS_A_REQUEST]]
            rows = self._tables.rows("plays", "id,game_id", _by("id", among=ids))
            owners |= {row["id"]: row["game_id"] for row in rows}
        return {play_id: owners[uuid] for uuid, play_id in wanted if uuid in owners}

    def play_versions(self) -> dict[str, str]:
        """Rows stamped since the last call, and the count of all: see `play_cursor`."""
        return self._cursor.versions()

    def plays_seen(self, is_over: Callable[[], bool]) -> PlaysSeen:
        return self._cursor.look(is_over)

    def play_version(self, game_id: str) -> str:
        if not as_uuid(game_id):
            return ""
        rows = self._rows("plays", _by("id", {"game_id": game_id}), columns=_STAMP)
        return version_of(rows) if rows else ""

    def videos(self, game_id: str) -> list[Row]:
        rows = self._of("video_metadata", "angle", {"game_id": game_id})
        return sorted(rows, key=lambda row: str(row["angle"]))

    def videos_by_game(self) -> dict[str, list[Row]]:
        found = self._rows("video_metadata", _by_camera)
        rows = sorted(found, key=lambda row: (row["game_id"], str(row["angle"])))
        return {game: list(videos) for game, videos in groupby(rows, key=lambda row: row["game_id"])}

    def players(self, team_ids: Iterable[str]) -> list[Row]:
        return [
            player
            for team_id in sorted(set(team_ids))
            for player in _ordered(self._of("players", "id", {"team_id": team_id}), "jersey_number", "id")
        ]

    def sync_offsets(self, game_id: str) -> dict[str, float]:
        return offsets_of(self.videos(game_id))

    def add_game(
        self,
        game: Mapping[str, Any],
        plays: Iterable[Mapping[str, Any]],
        videos: Iterable[Mapping[str, Any]],
    ) -> None:
        belongs = {"game_id": str(game.get("id"))}
        (the_game,) = sendable("games", checked("games", [game], {}))
        arguments = {
            "game": the_game,
            "plays": sendable("plays", checked("plays", plays, belongs)),
            "videos": sendable("video_metadata", checked("video_metadata", videos, belongs)),
        }
        self._write("import_game", arguments, 1 + len(arguments["plays"]) + len(arguments["videos"]))

    def remove_plays(self, game_id: str, play_ids: Iterable[str]) -> None:
        ids = [play_id for play_id in play_ids if as_uuid(play_id)]
        if as_uuid(game_id) and ids:
            self._write("remove_plays", {"game_id": game_id, "ids": ids}, len(ids))

    def remove_game(self, game_id: str) -> None:
        if as_uuid(game_id):
            self._tables.call("remove_game", {"game_id": game_id})

    def write_annotations(self, game_id: str, model: str, rows: Iterable[Mapping[str, Any]]) -> None:
        annotations = checked("annotations", rows, {"game_id": game_id, "model": model})
        arguments = {"game_id": game_id, "model": model, "rows": sendable("annotations", annotations)}
        self._write("replace_annotations", arguments, len(annotations))

    def annotations(self, game_id: str, model: str) -> list[Row]:
        rows = self._of("annotations", "play_key", {"game_id": game_id, "model": model})
        return _ordered(rows, "start_timestamp", "play_key")

    def write_model_versions(self, rows: Iterable[Mapping[str, Any]]) -> None:
        versions = sendable("model_versions", checked("model_versions", rows, {}))
        self._write("write_model_versions", {"rows": versions}, len(versions))

    def model_versions(self) -> list[Row]:
        return _ordered(self._rows("model_versions", _by("name")), "version", "name")

    def write_job_runs(self, rows: Iterable[Mapping[str, Any]]) -> None:
        runs = sendable("job_runs", checked("job_runs", rows, {}))
        self._write("write_job_runs", {"rows": runs}, len(runs))

    def decide(
        self, decision: Mapping[str, Any], seen: Iterable[Row], becomes: Iterable[Mapping[str, Any]]
    ) -> bool:
        (entry,) = sendable("review_decisions", checked("review_decisions", [decision], {}))
        rows = checked("plays", becomes, {"game_id": str(decision["game_id"])})
        stamps = [{"id": row["id"], "updated_at": row["updated_at"]} for row in seen]
        arguments = {"decision": entry, "seen": stamps, "becomes": sendable("plays", rows)}
        return self._tables.call("decide_play", arguments) == 1

    def decisions(self, **equal: str) -> list[Row]:
        rows = self._of("review_decisions", "decision_id", equal)
        return sorted(rows, key=lambda row: (row["chain"], row["number"]))

    def games_in_review(self) -> list[str]:
        try:
            rows = self._tables.rows("games_in_review", "game_id", _by("game_id"))
        except MissingTable:  # the migration is still to come: nothing was decided without it
            return []
        return [row["game_id"] for row in rows]

    def _of(self, table: str, key: str, equal: Mapping[str, str]) -> list[Row]:
        """Nothing for an id that is no uuid: it names no row."""
        if not all(as_uuid(value) for column, value in equal.items() if column in UUID_COLUMNS):
            return []
        return self._rows(table, _by(key, equal))

    def _rows(self, table: str, page: Page, columns: str = "") -> list[Row]:
        rows = self._tables.rows(table, columns or ",".join(TABLES[table]), page)
        if not rows and table in _LEAGUE_S:
            self._tables.assert_visible(table, next(iter(TABLES[table])))
        return [received(table, row) for row in rows]

    def _write(self, function: str, arguments: dict[str, Any], rows: int) -> None:
        written = self._tables.call(function, arguments)
        if written != rows:
            raise UpstreamError("call function", function, f"{rows} rows were sent and {written} written")


class _Stamps:
    """`play_cursor.StampedPlays` of the `plays` table."""

    def __init__(self, tables: SupabaseTables) -> None:
        self._tables = tables

    def page(self, after: Row | None) -> list[Row]:
        rows = self._tables.some_rows("plays", _STAMP, _by_game(), after)
        if not rows and after is None:
            self._tables.assert_visible("plays", "id")
        return rows

    def of_games(self, game_ids: Sequence[str]) -> list[Row]:
        return self._tables.rows("plays", _STAMP, _by_game(game_ids))

    def since(self, moment: datetime, after: Row | None) -> tuple[list[Row], bool]:
        rows, left = self._tables.page("plays", _STAMP, _by_stamp(moment), after)
        return rows, len(rows) == left

    def count(self) -> int:
        return self._tables.count("plays", "id")


def _by(
    key: str, equal: Mapping[str, str] = MappingProxyType({}), among: Sequence[str] | None = None
) -> Page:
    """Rows whose columns equal these, and whose key is `among` those, ordered by it; no two share one."""

    def page(query: Any, last: Row | None) -> Any:
        for column, value in equal.items():
            query = query.eq(column, value)
        if among is not None:
            query = query.in_(key, among)
        return (query.gt(key, last[key]) if last else query).order(key)

    return page


def _by_camera(query: Any, last: Row | None) -> Any:
    """All of `video_metadata`, whose key is a game and a camera."""
    if last:
        game, angle = last["game_id"], last["angle"]
        query = query.or_(f'game_id.gt.{game},and(game_id.eq.{game},angle.gt."{angle}")')
    return query.order("game_id").order("angle")


def _by_game(among: Sequence[str] | None = None) -> Page:
    """Plays in order of their games, all or `among` these. The first condition lets the database begin in its
    index where the page begins; the second alone would have it read all that stands before."""

    def page(query: Any, last: Row | None) -> Any:
        if among is not None:
            query = query.in_("game_id", among)
        if last:
            game, play = last["game_id"], last["id"]
            query = query.gte("game_id", game)
            query = query.or_(f"game_id.gt.{game},and(game_id.eq.{game},id.gt.{play})")
        return query.order("game_id").order("id")

    return page


def _by_stamp(moment: datetime) -> Page:
    """Many rows may have one stamp: all that one transaction wrote."""

    def page(query: Any, last: Row | None) -> Any:
        query = query.gte("updated_at", moment.isoformat())
        if last:
            stamp, play_id = last["updated_at"], last["id"]
            query = query.or_(f'updated_at.gt."{stamp}",and(updated_at.eq."{stamp}",id.gt.{play_id})')
        return query.order("updated_at").order("id")

    return page


def _ordered(rows: Sequence[Row], number: str, key: str) -> list[Row]:
    return sorted(rows, key=_order(number, key))


def _order(number: str, key: str) -> Callable[[Row], tuple[bool, float, str]]:
    """By a number, then by key; what is none, and NaN, last."""

    def place(row: Row) -> tuple[bool, float, str]:
        value = row[number]
        missing = not isinstance(value, int | float) or math.isnan(value)
        return (missing, 0.0 if missing else value, str(row[key]))

    return place
