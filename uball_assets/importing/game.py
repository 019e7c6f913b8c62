"""`uball import`: a folder of videos and a table of plays become a game of the platform.

Everything is checked before anything is written; what is bad costs only itself and is told with its reason.
Doing it again gives the same result. The database is written first, in one transaction: what it refuses, no
video was copied for. Then the videos, then the partition. While it goes on, and after it was killed, the game
is marked as unfinished (`places.unfinished`): sensors leave it alone, and doing it again ends it.

Belongs here: checking a game and putting it into the stores. Not here: reading a table (`tables`), choosing
videos (`cameras`), taking a game out (`removal`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date as calendar_date
from pathlib import Path
from typing import Any

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.errors import Permanent, Quarantined, UballError
from uball_assets.domain.fields import seconds_in, two_readings
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle, angle_named
from uball_assets.domain.footage.games import assert_uuid, game_title, one_spelling, spellings, valid_game_id
from uball_assets.domain.footage.offsets import beyond_video, offset_losses, offsets_of
from uball_assets.domain.footage.teams import teams_of
from uball_assets.domain.plays.columns import KeptPlays, kept_plays
from uball_assets.domain.plays.periods import period_in
from uball_assets.domain.plays.plausibility import implausible_times
from uball_assets.domain.plays.plays import Play, check_rows
from uball_assets.domain.plays.quality import Grade
from uball_assets.domain.plays.revision import Revision, revise
from uball_assets.domain.plays.twins import near_twins
from uball_assets.importing.cameras import CameraFile, choose_cameras
from uball_assets.importing.forecast import best_grade
from uball_assets.importing.names import with_stored_ids
from uball_assets.importing.tables import PlayTable, in_file, read_play_table
from uball_assets.resources import plays_database, videos_store
from uball_assets.settings import Settings

Say = Callable[[str], None]
_WORTH_HAVING = ("timestamp_seconds", "note", "player_a", "events")
"""Columns that a play can do without and a grade cannot (`quality`)."""


@dataclass(frozen=True)
class GameFiles:
    """What a person hands over."""

    game_id: str
    folder: Path
    plays: Path | None = None
    offsets_s: Mapping[Angle, float] = field(default_factory=dict)
    """File time minus game time, by camera; a camera without one keeps what the database says, else 0."""
    date: str | None = None
    teams: tuple[str | None, str | None] = (None, None)
    """As people write them behind a player: `Player #7 (Gray)`."""
    replace_videos: bool = False
    """Videos that differ from the store's take their place."""
    accept_no_plays: bool = False
    """A table that yields no play is no mistake."""
    sync_rows: bool = False
    """Stored rows that the table does not have are deleted."""
    period_starts_s: Mapping[str, float] = field(default_factory=dict)
    """Game time at which each period begins; none: the table's times are game time."""


@dataclass(frozen=True)
class CheckedGame:
    """All that is known before anything is written."""

    files: GameFiles
    cameras: tuple[CameraFile, ...]
    table: PlayTable
    rows: tuple[dict[str, Any], ...]
    """What goes into the database: sound or not, but nothing that a column cannot hold."""
    sound_count: int
    """Rows that the platform will make plays of, as far as can be said now."""
    quarantined: tuple[Quarantined, ...]
    notices: tuple[str, ...]
    revision: Revision
    """What the table changes in the rows that are stored."""
    grade: Grade | None
    """The best that the game can get, if every clip is accepted; None where it has no rows at all."""
    spelled: Mapping[Angle, tuple[str, ...]]
    """How the database's rows of offsets spell a camera, where it has any."""

    @property
    def is_stored(self) -> bool:
        """The database has plays of this game."""
        return bool(self.revision.same_count or self.revision.changed or self.revision.gone)

    def to_dict(self) -> dict[str, Any]:
        revision = self.revision
        return {
            "game_id": self.files.game_id,
            "cameras": [
                {
                    "angle": str(camera.angle),
                    "file": camera.file,
                    "stored_as": camera.name,
                    "was_there": not camera.copies,
                    "verdict": str(camera.proof.verdict),
                    "duration_s": round(camera.proof.duration_s, 3),
                    "sync_offset_s": camera.sync_offset_s,
                }
                for camera in self.cameras
            ],
            "rows": len(self.table.rows),
            "sound_plays": self.sound_count,
            "revision": {
                "same": revision.same_count,
                "added": [row["id"] for row in revision.added],
                "changed": [
                    {"id": change.play_id, "columns": {name: [old, new] for name, old, new in change.columns}}
                    for change in revision.changed
                ],
                "gone": [row["id"] for row in revision.gone],
                "gone_is_deleted": self.files.sync_rows,
            },
            "grade_at_best": self.grade and {"grade": self.grade.letter, "reasons": list(self.grade.reasons)},
            "losses": [entry.as_row() for entry in self.quarantined],
            "notices": list(self.notices),
        }


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
            *_team_notices({**(known_row or {}), **_game_row(files)}, sound),
            *(f"these may be one play, written down twice: {_pair(*twins)}" for twins in near_twins(alone)),
        ),
        revision=revision,
        grade=best_grade(files.game_id, rows, cameras, settings.recipe) if rows else None,
        spelled=_spelled(offset_rows),
    )


def store_game(settings: Settings, game: CheckedGame, say: Say) -> None:
    """Puts a checked game where the platform looks for it; what is there already is not copied again.

    Permanent, and the stores are as before, where the database refuses it. Where a video cannot be copied,
    the error says what is in; sensors leave the game alone until it is imported again.
    """
    video_store, mark = videos_store(settings), object_names.unfinished("import", game.files.game_id)
    video_store.write(mark, b"")
    database = plays_database(settings)
    try:
        database.add_game(_game_row(game.files), game.rows, _camera_rows(game))
    except Permanent:
        video_store.delete(mark)
        raise
    if game.files.sync_rows and game.revision.gone:
        database.remove_plays(game.files.game_id, [str(row["id"]) for row in game.revision.gone])
    _copy(video_store, game, say)
    for name in (name for camera in game.cameras for name in camera.replaced):
        if name not in {target for camera in game.cameras for _, target in camera.copies}:
            video_store.delete(name)
    video_store.delete(mark)


def _copy(video_store: ObjectStore, game: CheckedGame, say: Say) -> None:
    copied: list[str] = []
    for camera in game.cameras:
        for path, name in camera.copies:
            say(f"copying {path.name} ({path.stat().st_size / 1e6:.1f} MB)")
            try:
                video_store.upload(name, path)
            except UballError as error:
                videos = ", ".join(copied) or "none"
                text = f"{error}. The rows of game {game.files.game_id} are in, of its videos {videos}"
                remedy = "mend it and import again, or `uball remove` it; sensors leave it alone until then"
                raise type(error)(f"{text}: {remedy}") from error
            copied.append(path.name)


def _game_row(files: GameFiles) -> dict[str, Any]:
    row = {
        "date": files.date,
        "team1_display_name": files.teams[0],
        "team1_color": files.teams[0],
        "team2_display_name": files.teams[1],
        "team2_color": files.teams[1],
    }
    return {"id": files.game_id} | {column: value for column, value in row.items() if value}


def _pair(*plays: Play) -> str:
    """`LEFT STEAL 75.0 to 81.0 s (id a) and STEAL 76.5 to 81.0 s (id b)`."""
    return f"{plays[0].side} " + " and ".join(
        f"{play.classification} {play.window.start_s:.1f} to {play.window.end_s:.1f} s (id {play.play_id})"
        for play in plays
    )


def _camera_rows(game: CheckedGame) -> list[dict[str, Any]]:
    """Under the angle that the database spells it by, so that no camera has two rows."""
    rows = []
    for camera in game.cameras:
        offset_s = game.files.offsets_s.get(camera.angle)
        row: dict[str, Any] = {} if offset_s is None else {"sync_offset_seconds": offset_s}
        if not camera.is_kept:
            row["filename"] = Path(camera.name).name
            row["duration"] = round(camera.proof.duration_s, 3)
            row["file_size"] = camera.size_bytes
        spelled = game.spelled.get(camera.angle, (str(camera.angle),))
        rows += [{"angle": angle, **row} for angle in spelled if row]
    return rows


def add_partition(settings: Settings, game_id: str) -> bool:
    """Makes the game a partition, so that it shows in the UI at once; False where there is no Dagster
    instance to tell: the games sensor finds the game then."""
    from uball_assets.automation.instance import open_instance

    if not (settings.checkout / "dagster.yaml").is_file():
        return False
    with open_instance(settings) as instance:
        instance.add_dynamic_partitions("games", [game_id])
    return True


def period_starts_in(pairs: Iterable[tuple[str, str]]) -> dict[str, float]:
    """Game time in seconds by period, from `2` and `31:15`.

    Permanent for what is no period or no time, and for a period named twice.
    """
    starts_s: dict[str, float] = {}
    for named, value in pairs:
        period, start_s = period_in(named), seconds_in(value)
        if period is None or start_s is None:
            raise Permanent(f"--period-start {named}={value}: write it as 2=31:15, period and game time")
        if period in starts_s:
            raise Permanent(f"period {period} has two starts, {starts_s[period]} and {start_s} s: keep one")
        starts_s[period] = start_s
    return starts_s


def offsets_in(pairs: Iterable[tuple[str, object]]) -> dict[Angle, float]:
    """Sync offsets by camera from `FAR_LEFT` (or `fl`, `far-left`) and seconds.

    Permanent for an unknown camera, one named twice, or a value that is no number.
    """
    offsets_s: dict[Angle, float] = {}
    for camera, value in pairs:
        angle, offset_s = angle_named(camera), seconds_in(value)
        if angle is None:
            raise Permanent(f"{camera!r} is no camera: use {', '.join(Angle)}")
        if offset_s is None:
            raise Permanent(f"the offset of {angle} is {value!r}: {_as_seconds(value)}")
        if angle in offsets_s:
            raise Permanent(f"{angle} has two offsets, {offsets_s[angle]} and {offset_s}: keep one")
        offsets_s[angle] = offset_s
    return offsets_s


def _as_seconds(value: object) -> str:
    """How to write an offset that cannot be read."""
    either = two_readings(value)
    if either is None:
        return "write it as seconds, e.g. 1.25"
    decimal_s, thousands_s = either
    return f"its comma may be a decimal one or one of thousands: write {decimal_s} or {thousands_s:.0f}"


def _no_plays(files: GameFiles, table: PlayTable, quarantined: list[Quarantined]) -> str:
    name = files.plays.name if files.plays else ""
    if table.rows:
        first = next(entry for entry in quarantined if entry.where.startswith(name))
        why = f"none of its {len(table.rows)} rows is sound, first {first.where}: {first.why}"
    else:
        why = "; ".join(notice.removeprefix(f"{name}: ") for notice in table.notices) or "it has no rows"
    remedy = "correct it or the game id; --allow-no-plays takes the game in as one that nobody annotated"
    return f"{name} yields no play of game {files.game_id} ({why}): {remedy}"


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


def existing_database(settings: Settings) -> PlaysDb | None:
    """None before the first import, which makes it."""
    url = settings.plays_url
    path = url.removeprefix("sqlite:///")
    return None if path != url and not Path(path).exists() else plays_database(settings)


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


def _valid_date(text: str) -> None:
    try:
        calendar_date.fromisoformat(text)
    except ValueError as error:
        raise Permanent(f"{text!r} is no date: write it as 2026-03-18") from error
