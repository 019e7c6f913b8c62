"""An object store in a folder of this machine: the embedded profile's bucket.

    {root}/games/g1/plays.json                          an object: an ordinary file under its own name
    {root}/.metadata/games/g1/plays.json@{version}      what its writer kept with it, JSON
    {root}/.tmp/…                                       what is being written

Metadata belongs to one version of its object: it is written first, under the version that the object is about
to have, so that both change in the one rename that makes the object visible. Killing a writer leaves the old
object or the new one, each with its own metadata, and at worst a stray file in a hidden folder. A file that a
person puts here is an object like any other, without metadata. Reading never writes: the folder may be
read-only.

Belongs here: files. Not here: which names are valid (`object_store`).
"""

from __future__ import annotations

import builtins
import hashlib
import json
import logging
import os
import shutil
import stat
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from operator import attrgetter
from pathlib import Path
from typing import BinaryIO, TypeVar
from urllib.parse import unquote

from uball_assets.adapters.machine.file_errors import translated
from uball_assets.adapters.stores.object_store import AlreadyExists, ObjectInfo, valid_name, valid_prefix
from uball_assets.domain.errors import Permanent, Transient

log = logging.getLogger(__name__)

SAMPLE_BYTES = 64 * 1024
SAMPLE_COUNT = 8
ABANDONED_AFTER_S = 24 * 3600
"""A temporary file untouched for a day belongs to a writer that was killed."""


T = TypeVar("T")
_See = Callable[[str, "os.DirEntry[str]", bool], T | None]
"""What is told of a name and its file, and whether anything in its folder has metadata; None: it has gone."""


class FolderStore:
    """The folder is made by the first write; until then it is an empty store."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self._swept = False
        self._fingerprints: dict[tuple[str, str], str] = {}

    def __repr__(self) -> str:
        return f"FolderStore({str(self.root)!r})"

    def uri(self, name: str) -> str:
        return self._path(name).as_uri()

    def name_of(self, uri: str) -> str:
        base = self.root.as_uri().rstrip("/") + "/"
        if uri.startswith(base):
            return valid_name(unquote(uri.removeprefix(base)))
        raise Permanent(f"{uri} is not in this store: its addresses start with {base}")

    def list(self, prefix: str, after: str = "") -> list[ObjectInfo]:
        return sorted(self._found(self._info, prefix, after), key=attrgetter("name"))

    def list_long(self, prefix: str, marks: Iterable[str]) -> builtins.list[ObjectInfo]:
        """A folder has no pages."""
        del marks
        return self.list(prefix)

    def names(self, prefix: str, marks: Iterable[str]) -> builtins.list[str]:
        """No file is looked at: that takes twice as long as to find it."""
        del marks
        return sorted(self._found(lambda name, *_: name, prefix))

    def read(self, name: str) -> bytes:
        with self._open(name) as file:
            return file.read()

    def read_range(self, name: str, offset: int, length: int) -> bytes:
        if offset < 0 or length < 0:
            raise Permanent(f"cannot read {length} bytes at {offset} of {name}: both must be 0 or more")
        with self._open(name) as file:
            file.seek(offset)
            return file.read(length)

    def write(self, name: str, data: bytes, metadata: Mapping[str, str] | None = None) -> None:
        with self._written(name) as file:
            file.write(data)
            self._replace(file, name, metadata)

    def upload(self, name: str, source: Path, metadata: Mapping[str, str] | None = None) -> None:
        with translated(f"read {source}"):
            original = source.open("rb")
        with original, self._written(name) as file:
            shutil.copyfileobj(original, file, 1024 * 1024)
            self._replace(file, name, metadata)

    def write_blocks(
        self, name: str, blocks: Iterable[bytes], metadata: Mapping[str, str] | None = None
    ) -> None:
        """As `write`, of a content that comes bit by bit and need not fit into memory."""
        with self._written(name) as file:
            file.writelines(blocks)
            self._replace(file, name, metadata)

    def keep(self, info: ObjectInfo, metadata: Mapping[str, str]) -> None:
        """Replaces what is kept with a listed object, not its content; Permanent if it was replaced since."""
        path = self._path(info.name)
        with translated(f"describe {path}"):
            if _version_at(path) != info.version:
                raise Permanent(f"cannot describe {path}: it was replaced meanwhile; run it again")
            self._describe(info.name, info.version, metadata)

    def create(self, name: str, data: bytes, metadata: Mapping[str, str] | None = None) -> str:
        path = self._path(name)
        if path.is_file():
            raise AlreadyExists(name)
        with self._written(name) as file:
            file.write(data)
            version = self._seal(file, name, metadata)
            try:
                os.link(file.name, path)
            except FileExistsError as error:
                self._forget(name, version)
                if path.is_file():
                    raise AlreadyExists(name) from error
                raise
        return version

    def delete(self, name: str) -> None:
        path = self._path(name)
        with translated(f"delete {path}"):
            version = _version_at(path)
            if version:
                path.unlink(missing_ok=True)
                self._forget(name, version)

    def local_path(self, name: str) -> Path:
        path = self._path(name)
        with self._open(name):
            return path

    def fingerprint(self, info: ObjectInfo) -> str:
        """SHA-256 over the size and eight blocks of 64 KiB: head, tail, six between; up to 512 KiB, all.

        It cannot see a change that keeps the size and touches none of these blocks, such as a byte patched in
        the middle of a 10 GB video. Cameras and encoders write no such files: a new encoding or recording
        changes the index at the head or tail, and nearly always the size. Read once a version: a sensor asks
        for every video at every look.
        """
        if (info.name, info.version) not in self._fingerprints:
            self._fingerprints[info.name, info.version] = self._sampled_hash(info)
        return self._fingerprints[info.name, info.version]

    def _sampled_hash(self, info: ObjectInfo) -> str:
        with self._open(info.name) as file:
            if _version(os.fstat(file.fileno())) != info.version:
                raise Transient(f"{info.name} was replaced since it was listed: list again")
            digest = hashlib.sha256(f"{info.size_bytes}\n".encode())
            for offset, length in _samples(info.size_bytes):
                file.seek(offset)
                digest.update(file.read(length))
        return digest.hexdigest()

    # reading

    def _path(self, name: str) -> Path:
        return self.root / valid_name(name)

    @contextmanager
    def _open(self, name: str) -> Iterator[BinaryIO]:
        path = self._path(name)
        with translated(f"read {path}"):
            if path.exists() and not path.is_file():
                raise Permanent(f"{path} is no object: it is a folder or a device")
            with path.open("rb") as file:
                yield file

    def _found(self, see: _See[T], prefix: str, after: str = "") -> builtins.list[T]:
        """Of the objects under the prefix behind a name, in no order."""
        folder = valid_prefix(prefix).rpartition("/")[0]
        if after:
            valid_name(after)
        with translated(f"list {self.root / prefix}"):
            if self.root.is_file():
                raise Permanent(f"{self.root} is a file: a store is a folder")
            found: builtins.list[T] = []
            self._walk(found, see, folder, prefix, after, (os.path.realpath(self.root / folder),))
            return found

    def _walk(
        self,
        found: builtins.list[T],
        see: _See[T],
        folder: str,
        prefix: str,
        after: str,
        above: tuple[str, ...],
        is_described: bool = True,
    ) -> None:
        """Adds the objects in and below a folder; links are followed, but not in circles.

        `above`: the folders that lead there, as they really are, itself last. `is_described`: whether
        anything in the folder above has metadata. Plain texts, no paths: a league's listing has 50,000.
        """
        place = os.path.join(self.root, folder)  # noqa: PTH118
        try:
            entries = list(os.scandir(place))
        except (FileNotFoundError, NotADirectoryError):
            return
        is_described = is_described and (self.root / ".metadata" / folder).is_dir()
        begin = f"{folder}/" if folder else ""
        is_within = begin.startswith(prefix)
        for entry in entries:
            if entry.name.startswith("."):
                continue
            name = begin + entry.name
            if entry.is_dir():
                wanted = is_within or f"{name}/".startswith(prefix) or prefix.startswith(f"{name}/")
                if not wanted or (after and _is_past(name, after)):
                    continue
                is_link = entry.is_symlink()
                real = os.path.realpath(entry.path) if is_link else os.path.join(above[-1], entry.name)  # noqa: PTH118
                if real not in above:
                    self._walk(found, see, name, prefix, after, (*above, real), is_described)
            elif (
                name > after
                and (is_within or name.startswith(prefix))
                and entry.is_file()
                and _is_nameable(place, name)
            ):
                seen = see(name, entry, is_described)
                if seen is not None:
                    found.append(seen)

    def _info(self, name: str, entry: os.DirEntry[str], is_described: bool) -> ObjectInfo | None:
        try:
            status = entry.stat()
        except FileNotFoundError:
            return None
        version = _version(status)
        metadata = self._metadata(name, version) if is_described else {}
        return ObjectInfo(name, status.st_size, version, metadata, written_at_s=status.st_mtime)

    def _metadata(self, name: str, version: str) -> dict[str, str]:
        """Nothing for an object that a person put here, or whose metadata was lost with the power."""
        try:
            found = json.loads(self._metadata_path(name, version).read_bytes())
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return {}
        return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}

    # writing

    @contextmanager
    def _written(self, name: str) -> Iterator[BinaryIO]:
        """A temporary file on the same file system; it does not outlive the block."""
        path, workplace = self._path(name), self.root / ".tmp"
        with translated(f"write {path}"):
            workplace.mkdir(parents=True, exist_ok=True)
            self._sweep(workplace)
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = workplace / uuid.uuid4().hex
            try:
                with temporary.open("xb") as file:
                    yield file
            finally:
                temporary.unlink(missing_ok=True)

    def _replace(self, file: BinaryIO, name: str, metadata: Mapping[str, str] | None) -> None:
        path = self._path(name)
        version, replaced = self._seal(file, name, metadata), _version_at(path)
        Path(file.name).replace(path)
        if replaced and replaced != version:
            self._forget(name, replaced)

    def _seal(self, file: BinaryIO, name: str, metadata: Mapping[str, str] | None) -> str:
        """Fixes the content on the disc and its metadata beside it; returns the version the object will have.

        The time is set because the file system's own is coarse (4 ms on Linux before 6.13): two writes
        within one tick would share a version.
        """
        file.flush()
        os.utime(file.fileno(), ns=(time.time_ns(), time.time_ns()))
        os.fsync(file.fileno())
        version = _version(os.fstat(file.fileno()))
        if metadata:
            self._describe(name, version, metadata)
        return version

    def _describe(self, name: str, version: str, metadata: Mapping[str, str]) -> None:
        beside = self._metadata_path(name, version)
        beside.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(dict(metadata), sort_keys=True) + "\n")

    def _metadata_path(self, name: str, version: str) -> Path:
        return self.root / ".metadata" / f"{name}@{version}"

    def _forget(self, name: str, version: str) -> None:
        with suppress(NotADirectoryError):
            self._metadata_path(name, version).unlink(missing_ok=True)

    def _sweep(self, workplace: Path) -> None:
        """Once a process: removes what killed writers left."""
        if not self._swept:
            for entry in os.scandir(workplace):
                with suppress(FileNotFoundError):
                    if time.time() - entry.stat().st_mtime > ABANDONED_AFTER_S:
                        Path(entry.path).unlink()
            self._swept = True


def _version(status: os.stat_result) -> str:
    return f"{status.st_size}-{status.st_mtime_ns}"


def _version_at(path: Path) -> str | None:
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return _version(status) if stat.S_ISREG(status.st_mode) else None


def _samples(size_bytes: int) -> list[tuple[int, int]]:
    """Offset and length of each sampled block."""
    if size_bytes <= SAMPLE_BYTES * SAMPLE_COUNT:
        return [(0, size_bytes)]
    last = size_bytes - SAMPLE_BYTES
    return [(last * i // (SAMPLE_COUNT - 1), SAMPLE_BYTES) for i in range(SAMPLE_COUNT)]


def _is_past(folder: str, after: str) -> bool:
    """Whether every name in and below the folder stands before `after`."""
    return f"{folder}/" < after and not after.startswith(f"{folder}/")


def _is_nameable(place: str, name: str) -> bool:
    if name.isprintable() and "\\" not in name:
        return True  # of a file that is there, no more can be wrong; a listing has 50,000
    try:
        valid_name(name)
    except Permanent as error:
        log.warning("left out of the listing of %s: %s", place, error)
        return False
    return True
