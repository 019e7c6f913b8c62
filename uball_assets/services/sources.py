"""What the outside world holds of each game: its files, its offsets, its play rows, as hashes to compare.

Belongs here: the cheap look that tells whether a game changed. Not here: reading it (`assets`) or deciding
what to do about it (`automation`).
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import unquote
from weakref import WeakKeyDictionary

from uball_assets.adapters.plays.plays_db import PlaysDb, Row, rows_in
from uball_assets.adapters.stores.object_store import ObjectInfo, ObjectStore
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import VIDEO_SUFFIXES
from uball_assets.domain.footage.games import one_spelling, spellings
from uball_assets.domain.footage.migration import KEPT_FROM, folder_in_keys, folder_of
from uball_assets.domain.footage.offsets import offsets_of
from uball_assets.domain.footage.teams import teams_hash
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.learning.presence import Seen

_UNREADABLE = "unreadable: "


_GAMES_A_STRETCH = 200
"""Of a long listing: at four cameras a little less than the 1,000 objects of a bucket's page."""


def all_videos(video_store: ObjectStore, game_ids: Iterable[str]) -> list[ObjectInfo]:
    """Every video object; one listing, in stretches of these games, which most of them are of."""
    marks = sorted(game_ids)[_GAMES_A_STRETCH::_GAMES_A_STRETCH]
    return video_store.list_long(object_names.VIDEOS, (f"{object_names.VIDEOS}{game}" for game in marks))


def by_game(infos: Iterable[ObjectInfo]) -> dict[str, list[ObjectInfo]]:
    """Listed video objects by the game folder that they stand in."""
    games: dict[str, list[ObjectInfo]] = defaultdict(list)
    for info in infos:
        game_id, slash, _ = info.name.removeprefix(object_names.VIDEOS).partition("/")
        if slash:
            games[game_id].append(info)
    return dict(games)


def game_files(video_store: ObjectStore, game_id: str) -> dict[str, ObjectInfo]:
    """A game's video objects by their names within its folder, however that spells the id; of two of one name
    that in the folder spelled as the game is."""
    folders = [object_names.videos(name) for name in spellings(game_id)]
    return {
        info.name.removeprefix(folder): info
        for folder in reversed(folders)
        for info in video_store.list(folder)
    }


def unfinished(video_store: ObjectStore) -> dict[str, str]:
    """`import` or `removal` by game, of those that were begun and have not ended; one listing."""
    names = [
        info.name.removeprefix(object_names.UNFINISHED) for info in video_store.list(object_names.UNFINISHED)
    ]
    begun = [name.partition("/") for name in names]
    return {game_id: what for what, _, game_id in begun}


def videos_hash(video_store: ObjectStore, files: list[ObjectInfo], offsets_s: dict[str, float]) -> str:
    """Changes when a video's content, a video's name or a sync offset changes; not when a video is copied or
    touched, nor for other files beside it."""
    videos = sorted(_videos(files), key=lambda info: info.name)
    lines = [f"{info.name} {_fingerprint(video_store, info)}" for info in videos]
    lines += [f"{angle} {offset_s!r}" for angle, offset_s in sorted(offsets_s.items())]
    return content_hash(lines)


def strangers_in(video_store: ObjectStore, infos: Sequence[ObjectInfo]) -> list[str]:
    """Addresses of what stands among the games, as listed, and is neither a video in a game's folder nor was
    copied there with the videos."""
    videos = {info.name for info in _videos(infos) if "/" in info.name.removeprefix(object_names.VIDEOS)}
    others = (info for info in infos if info.name not in videos)
    return [video_store.uri(info.name) for info in others if KEPT_FROM not in info.metadata]


def _videos(files: Iterable[ObjectInfo]) -> list[ObjectInfo]:
    return [info for info in files if _is_video(info)]


def _is_video(info: ObjectInfo) -> bool:
    return info.name.lower().endswith(VIDEO_SUFFIXES)


def _fingerprint(video_store: ObjectStore, info: ObjectInfo) -> str:
    """An unreadable file costs its camera, not the look at every other game."""
    try:
        return video_store.fingerprint(info)
    except Permanent as error:
        return f"{_UNREADABLE}{error}"


def arrived_hash(arrivals: ObjectStore, arrived: Iterable[ObjectInfo]) -> str:
    """Changes when a video arrives, is replaced or goes; '' while none has arrived."""
    lines = [f"{info.name} {_fingerprint(arrivals, info)}" for info in _videos(arrived)]
    return content_hash(sorted(lines)) if lines else ""


def written_at_s(files: Iterable[ObjectInfo]) -> float | None:
    """When the newest video among them was put there, Unix seconds; None where the store tells of none."""
    return max((info.written_at_s for info in _videos(files) if info.written_at_s), default=None)


def source_hash(videos_hash: str, plays_version: str, arrived_hash: str = "") -> str:
    """One value for all that a game is made from."""
    parts = [videos_hash, plays_version]
    return content_hash([*parts, arrived_hash] if arrived_hash else parts)


def _is_readable(store: ObjectStore, info: ObjectInfo) -> bool:
    return not _fingerprint(store, info).startswith(_UNREADABLE)


@dataclass(frozen=True)
class CountedPlays:
    """A game's plays, as far as anything is made of them."""

    version: str
    """`counted_version`, read before the rows were."""
    rows: list[Row]
    held_back: int = 0
    """Rows of a game whose review is open."""


def counted_version(plays_db: PlaysDb, game_id: str) -> str:
    """`PlaysDb.play_version` of the plays that count; '' where none do.

    None do while reviewers still decide which plays the game has: until they close its review it is one that
    nobody annotated, else its undecided seconds would be learned as empty.
    """
    version = plays_db.play_version(game_id)
    return "" if version and game_id in plays_db.games_in_review() else version


def counted_plays(plays_db: PlaysDb, game_id: str) -> CountedPlays:
    version, rows = counted_version(plays_db, game_id), plays_db.plays(game_id)
    return CountedPlays(version, rows) if version else CountedPlays("", [], len(rows))


_Listed = tuple[tuple[str, str, int, str], ...]


def _as_listed(files: Iterable[ObjectInfo]) -> _Listed:
    """What tells one content from another; not the metadata, for which a store may have to be asked."""
    return tuple((info.name, info.version, info.size_bytes, info.checksum) for info in files)


@dataclass(frozen=True)
class Known:
    """Each game's hash, and that which it is of: while nothing of a game changes, nothing is hashed anew."""

    sources: dict[str, tuple[tuple[_Listed, _Listed, list[Row], str], str]] = field(default_factory=dict)
    teams: dict[str, tuple[Row | None, str]] = field(default_factory=dict)


_known: WeakKeyDictionary[PlaysDb, dict[tuple[str, ...], Known]] = WeakKeyDictionary()


def _known_of(plays_db: PlaysDb, *stores: ObjectStore) -> Known:
    """By the stores' addresses and kinds: a tick may be handed a store that was opened anew."""
    places = tuple(f"{type(store).__name__} {store.uri(f'{object_names.VIDEOS}game')}" for store in stores)
    return _known.setdefault(plays_db, {}).setdefault(places, Known())


@dataclass(frozen=True)
class Look:
    """One look at all that is outside: every listing and table read once, a game's hashes when asked for."""

    video_store: ObjectStore
    arrivals: ObjectStore | None
    """Where videos arrive, if not where they are kept."""
    files: Mapping[str, list[ObjectInfo]]
    """By folder, however that spells its game."""
    versions: Mapping[str, str]
    """Of the plays that count (`counted_version`)."""
    unread_from: str | None
    """Games from this id on are not known yet (`PlaysSeen`); None: all are."""
    cameras: Mapping[str, list[Row]]
    rows: Mapping[str, Row]
    """Of `games`, by id."""
    arrived: Mapping[str, list[ObjectInfo]]
    known: Known
    """Of earlier looks at these stores and this database, in this process."""

    @classmethod
    def take(
        cls,
        video_store: ObjectStore,
        plays_db: PlaysDb,
        arrivals: ObjectStore | None = None,
        is_over: Callable[[], bool] = lambda: False,
    ) -> Look:
        """`is_over`: when no more plays are read; the next look in this process goes on from there."""
        cameras, seen = plays_db.videos_by_game(), plays_db.plays_seen(is_over)
        rows = {row["id"]: row for row in plays_db.games()}
        in_review = set(plays_db.games_in_review())
        return cls(
            video_store=video_store,
            arrivals=arrivals,
            files=by_game(all_videos(video_store, rows)),
            versions={game: version for game, version in seen.versions.items() if game not in in_review},
            unread_from=seen.unread_from,
            cameras=cameras,
            rows=rows,
            arrived=_arrived(arrivals, cameras) if arrivals else {},
            known=_known_of(plays_db, *(store for store in (video_store, arrivals) if store)),
        )

    @property
    def games(self) -> list[str]:
        """Every game that has a video folder or a row in the database, sorted."""
        known = {*self.versions, *self.rows}
        return sorted({*known, *(one_spelling(folder, known) for folder in self.files)})

    def is_known(self, game_id: str) -> bool:
        """Whether it is known which plays the game has."""
        return self.unread_from is None or game_id < self.unread_from

    def seen(self, game_id: str) -> Seen:
        """Asks nothing more. A game whose plays have not been read yet is one that has some."""
        return Seen(
            has_videos=any(map(_is_video, self.files.get(game_id, ())))  # its own spelling, the commonest
            or any(map(_is_video, _of_game(self.files, game_id)))
            or any(map(_is_video, self.arrived.get(game_id, ()))),
            has_plays=game_id in self.versions or not self.is_known(game_id),
            has_row=game_id in self.rows,
        )

    def source_hash(self, game_id: str) -> str:
        """Of all that the game is made from; asks the store for what of its videos it has not seen yet."""
        files, arrived = _of_game(self.files, game_id), self.arrived.get(game_id, [])
        cameras, version = self.cameras.get(game_id, []), self.versions.get(game_id, "")
        outside = (_as_listed(files), _as_listed(arrived), cameras, version)
        known = self.known.sources.get(game_id)
        if known and known[0] == outside:
            return known[1]
        is_readable = all(
            _is_readable(store, info)
            for store, infos in ((self.video_store, files), (self.arrivals, arrived))
            for info in _videos(infos)
            if store
        )
        found = source_hash(
            videos_hash(self.video_store, files, offsets_of(cameras)),
            version,
            arrived_hash(self.arrivals, arrived) if self.arrivals else "",
        )
        if is_readable:  # what is not may be at the next look, as it stands
            self.known.sources[game_id] = (outside, found)
        return found

    def row_count(self, game_id: str) -> int:
        """Of its plays."""
        return rows_in(self.versions.get(game_id, ""))

    def teams_hash(self, game_id: str) -> str:
        """'' of a game that does not tell two teams."""
        row = self.rows.get(game_id)
        known = self.known.teams.get(game_id)
        if known is None or known[0] != row:
            known = self.known.teams[game_id] = (row, teams_hash(row))
        return known[1]


def source_hashes(
    video_store: ObjectStore,
    plays_db: PlaysDb,
    game_ids: Sequence[str] | None = None,
    arrivals: ObjectStore | None = None,
) -> dict[str, str]:
    """Every game's hash (or just those named); see `Look`."""
    look = Look.take(video_store, plays_db, arrivals)
    return {game: look.source_hash(game) for game in (look.games if game_ids is None else game_ids)}


def teams_hashes(plays_db: PlaysDb) -> dict[str, str]:
    """Of each game that tells two teams; one read."""
    return {row["id"]: found for row in plays_db.games() if (found := teams_hash(row))}


def _of_game(files: Mapping[str, list[ObjectInfo]], game_id: str) -> list[ObjectInfo]:
    by_name = {
        info.name.removeprefix(object_names.videos(name)): info
        for name in reversed(spellings(game_id))
        for info in files.get(name, [])
    }
    return list(by_name.values())


def _arrived(arrivals: ObjectStore, cameras: Mapping[str, list[Row]]) -> dict[str, list[ObjectInfo]]:
    """What has arrived of each game whose keys name a folder; one listing."""
    infos = arrivals.list("")
    names = [info.name for info in infos]
    found = {}
    for game, rows in cameras.items():
        with suppress(Permanent):  # no folder can be told: `raw_videos` says why
            path = folder_in_keys(game, [row["s3_key"] for row in rows]).source_path
            for folder in folder_spellings(arrivals, path):
                begin, end = bisect_left(names, folder), bisect_left(names, folder + chr(sys.maxunicode))
                if begin < end:
                    found[game] = infos[begin:end]
                    break
    return found


def folder_spellings(store: ObjectStore, path: str) -> list[str]:
    """A folder's name in the store, from a name or an address of it; and decoded, where it is percent-encoded
    as in addresses that people copy. Permanent for an address of another store."""
    folder = folder_of(store.name_of(path.strip().rstrip("/")) if "://" in path else path)
    return list(dict.fromkeys((folder, folder_of(unquote(folder)))))
