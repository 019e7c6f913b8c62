"""Checking a game before anything is written: what is bad costs only itself and is told with its reason.

Belongs here: whether a game can come in, and as what. Not here: reading a table (`tables`), choosing videos
(`cameras`), putting it into the stores (`storing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date as calendar_date
from typing import Any

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.domain.errors import Permanent, Quarantined
from uball_assets.domain.fields import seconds_in
from uball_assets.domain.footage.angles import Angle, angle_named
from uball_assets.domain.footage.games import assert_uuid, game_title, one_spelling, spellings, valid_game_id
from uball_assets.domain.footage.offsets import beyond_video, offset_losses, offsets_of
from uball_assets.domain.footage.teams import teams_of
from uball_assets.domain.plays.columns import KeptPlays, kept_plays
from uball_assets.domain.plays.plausibility import implausible_times
from uball_assets.domain.plays.plays import Play, check_rows
from uball_assets.domain.plays.revision import Revision, revise
from uball_assets.domain.plays.twins import near_twins
from uball_assets.importing.cameras import CameraFile, choose_cameras
from uball_assets.importing.forecast import best_grade
from uball_assets.importing.game import CheckedGame, GameFiles
from uball_assets.importing.names import with_stored_ids
from uball_assets.importing.storing import existing_database, game_row
from uball_assets.importing.tables import PlayTable, in_file, read_play_table
from uball_assets.resources import videos_store
from uball_assets.settings import Settings

_WORTH_HAVING = ("timestamp_seconds", "note", "player_a", "events")
"""Columns that a play can do without and a grade cannot (`quality`)."""


def check_game(settings: Settings, files: GameFiles) -> CheckedGame:
    """Reads and proves everything, writes nothing.

    Permanent where nothing could come in at all (no such folder, no usable camera, an unreadable table, an id
    or date that cannot be), and where it looks like a mistake: videos that would take the place of others, a
    table that yields no play, an offset beyond its video.
    """
    valid_game_id(files.game_id)
    if files.date:
        _valid_date(files.date)
    database, video_store = existing_database(settings), videos_store(settings)
    known = database.game_ids() if database and len(spellings(files.game_id)) > 1 else ()
    files = replace(files, game_id=one_spelling(files.game_id, known))
    uuids = database is not None and database.ids_are_uuids
    if uuids:
        assert_uuid(files.game_id)
    offset_rows = database.videos(files.game_id) if database else []
    stored = database.plays(files.game_id) if database else []
    known_row = database.game(files.game_id) if database else None
    given_s: dict[str, float] = {str(angle): offset_s for angle, offset_s in files.offsets_s.items()}
    cameras, quarantined = choose_cameras(
        files.folder,
        video_store,
        files.game_id,
        {**offsets_of(offset_rows), **given_s},
        replace_videos=files.replace_videos,
        workers=settings.workers,
    )
    quarantined += [
        entry
        for entry in offset_losses(files.game_id, offset_rows)
        if entry.what.removeprefix("camera ") not in given_s
    ]
    table = PlayTable([], {}, [], [])
    if files.plays:
        given = read_play_table(files.plays, files.game_id, settings.plays_encoding, files.period_starts_s)
        if why := implausible_times(given.rows):
            raise Permanent(f"{files.plays}: {why}")
        table = with_stored_ids(given, stored)
    _refuse_beyond_video(cameras, [*stored, *table.rows])
    footage = {camera.angle: camera.filmed_game for camera in cameras}
    kept = kept_plays(table.rows, uuids=uuids)
    if database:
        kept = kept.without_those_of(_owners(database, files.game_id, kept))
    sound, row_entries = check_rows(kept.rows, footage, kept.faults)
    quarantined += table.quarantined
    quarantined += [
        in_file(entry, files.plays, table.lines) for entry in [*row_entries, *kept.quarantined] if files.plays
    ]
    if files.plays and not sound and not files.accept_no_plays:
        raise Permanent(_no_plays(files, table, quarantined))
    revision = revise(stored, kept.keepable) if files.plays else Revision((), (), (), len(stored))
    if files.sync_rows and (unusable := [*table.quarantined, *_unkeepable(quarantined, kept)]):
        unread = f"{unusable[0].where} cannot be read ({unusable[0].why})"
        raise Permanent(f"{unread}: --sync would delete the play that it is about; correct it first")
    rows = _rows_after(stored, kept.keepable, revision, files)
    lost = {entry.what for entry in quarantined}
    alone = [
        play for row in rows if f"play {row['id']}" not in lost for play in check_rows([row], footage)[0]
    ]
    return CheckedGame(
        files=files,
        cameras=tuple(cameras),
        table=table,
        rows=tuple(kept.keepable),
        sound_count=len(sound),
        quarantined=tuple(quarantined),
        notices=(
            *table.notices,
            *kept.notes,
            *_notices(files, cameras, table),
            *_team_notices({**(known_row or {}), **game_row(files)}, sound),
            *(f"these may be one play, written down twice: {_pair(*twins)}" for twins in near_twins(alone)),
        ),
        revision=revision,
        grade=best_grade(files.game_id, rows, cameras, settings.recipe) if rows else None,
        spelled=_spelled(offset_rows),
    )


def _valid_date(text: str) -> None:
    try:
        calendar_date.fromisoformat(text)
    except ValueError as error:
        raise Permanent(f"{text!r} is no date: write it as 2026-03-18") from error


def _refuse_beyond_video(cameras: Iterable[CameraFile], rows: Iterable[Mapping[str, Any]]) -> None:
    ends_s = [end_s for row in rows if (end_s := seconds_in(row.get("end_timestamp"))) is not None]
    for camera in cameras:
        if why := beyond_video(camera.sync_offset_s, camera.filmed, max(ends_s, default=None)):
            remedy = f"correct it with --offset {camera.angle}=SECONDS (file time minus game time)"
            raise Permanent(
                f"{camera.angle} cannot have the offset {camera.sync_offset_s:g} s: {why}; {remedy}"
            )


def _owners(database: PlaysDb, game_id: str, kept: KeptPlays) -> dict[str, str]:
    """The other games that have plays of these ids, as a person knows them."""
    owners = database.games_of(str(row["id"]) for row in kept.rows)
    others = {play_id: owner for play_id, owner in owners.items() if owner != game_id}
    titles = {owner: game_title(database.game(owner)) for owner in set(others.values())}
    return {play_id: f"{owner} ({titles[owner]})" for play_id, owner in others.items()}


def _no_plays(files: GameFiles, table: PlayTable, quarantined: list[Quarantined]) -> str:
    name = files.plays.name if files.plays else ""
    if table.rows:
        first = next(entry for entry in quarantined if entry.where.startswith(name))
        why = f"none of its {len(table.rows)} rows is sound, first {first.where}: {first.why}"
    else:
        why = "; ".join(notice.removeprefix(f"{name}: ") for notice in table.notices) or "it has no rows"
    remedy = "correct it or the game id; --allow-no-plays takes the game in as one that nobody annotated"
    return f"{name} yields no play of game {files.game_id} ({why}): {remedy}"


def _unkeepable(quarantined: Iterable[Quarantined], kept: KeptPlays) -> list[Quarantined]:
    return [entry for entry in quarantined if entry.what.removeprefix("play ") in kept.faults]


def _rows_after(
    stored: Iterable[Mapping[str, Any]],
    given: Iterable[dict[str, Any]],
    revision: Revision,
    files: GameFiles,
) -> list[dict[str, Any]]:
    """The game's rows as the database will have them."""
    before = {str(row["id"]): row for row in stored}
    if files.sync_rows:
        before = {name: row for name, row in before.items() if row not in revision.gone}
    after = {str(row["id"]): row for row in given}
    return [{**before.get(name, {}), **after.get(name, {})} for name in {**before, **after}]


def _spelled(offset_rows: Iterable[Mapping[str, Any]]) -> dict[Angle, tuple[str, ...]]:
    spelled: dict[Angle, tuple[str, ...]] = {}
    for row in offset_rows:
        if angle := angle_named(row["angle"]):
            spelled[angle] = (*spelled.get(angle, ()), str(row["angle"]))
    return spelled


def _notices(files: GameFiles, cameras: list[CameraFile], table: PlayTable) -> list[str]:
    notes: dict[str, list[str]] = {}
    for camera in cameras:
        for note in camera.proof.notes:
            notes.setdefault(note, []).append(camera.angle)
    notices = [f"{', '.join(angles)}: {note}" for note, angles in notes.items()]
    unused = sorted(set(files.offsets_s) - {camera.angle for camera in cameras})
    if unused:
        notices.append(f"the offset of {', '.join(unused)} is not used: that camera has no usable file")
    missing = [column for column in _WORTH_HAVING if not any(row.get(column) for row in table.rows)]
    if table.rows and missing:
        notices.append(f"no row has {', '.join(missing)}: the game's grade is lower for it")
    return notices


def _team_notices(row: Mapping[str, Any], sound: Iterable[Play]) -> list[str]:
    """Where nobody, or nobody who acted, is known to play: then no prompt can name the two teams."""
    remedy = "the model is not told who plays: --team-a Gray --team-b Blue, as written behind a player"
    teams = teams_of(row)
    if teams is None:
        return [f"no two teams are entered, {remedy}"]
    if teams_of(row, [play.player_a for play in sound]) is None:
        return [f"most players are of neither {' nor '.join(teams.colors)}, {remedy}"]
    return []


def _pair(*plays: Play) -> str:
    """`LEFT STEAL 75.0 to 81.0 s (id a) and STEAL 76.5 to 81.0 s (id b)`."""
    return f"{plays[0].side} " + " and ".join(
        f"{play.classification} {play.window.start_s:.1f} to {play.window.end_s:.1f} s (id {play.play_id})"
        for play in plays
    )
