"""A video by the address that a person gives: a path, `file://`, `http(s)://`, `gs://bucket/name`, `s3://…`.

Belongs here: choosing the reader. Not here: the readers (`media.bytes.ranges`, `http_ranges`,
`object_ranges`).
"""

from __future__ import annotations

import re
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from uball_assets.adapters.machine.file_errors import translated
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.domain.store_addresses import SCHEMES, bucket_forms
from uball_assets.media.bytes.ranges import FileRanges, Ranged

if TYPE_CHECKING:
    from uball_assets.adapters.stores.object_store import ObjectInfo, ObjectStore

_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)
"""A file of such a name can still be reached as `./http://…`."""
_HERE = ("", "localhost")


@contextmanager
def open_address(address: str) -> Iterator[Ranged]:
    """The video while the block runs. Raises Permanent where there is none, Transient where it may come."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        with _opened_file(Path(address)) as video:
            yield video
        return
    scheme, rest = found[1].lower(), found[2]
    if scheme == "file":
        with _opened_file(_path_in(address, rest)) as video:
            yield video
    elif scheme in ("http", "https"):
        with _opened_url(address) as video:
            yield video
    elif scheme in SCHEMES:
        with open_object(*_store_and_name(scheme, rest, address)) as video:
            yield video
    else:
        forms = f"a path, file://, http(s):// or {bucket_forms()}"
        raise Permanent(f"{scheme}:// in {address} is no video's address: use {forms} and a name")


@contextmanager
def _opened_url(url: str) -> Iterator[Ranged]:
    """By ranges, or a copy of all of it where the server cannot hand out less."""
    from uball_assets.adapters.videos.http_ranges import CannotRange, HttpRanges, download

    try:
        video = HttpRanges(url)
    except CannotRange:
        with tempfile.TemporaryDirectory(prefix="uball-") as folder:
            copy = Path(folder) / (Path(unquote(urlsplit(url).path)).name or "video")
            download(url, copy)
            with _opened_file(copy) as whole:
                yield whole
        return
    with video:
        yield video


def _path_in(address: str, rest: str) -> Path:
    host, slash, path = rest.partition("/")
    if not slash or host.lower() not in _HERE or "%00" in path:
        raise Permanent(f"{address} names no file of this machine: write file:///folder/video.mp4")
    return Path("/" + unquote(path))


@contextmanager
def _opened_file(path: Path) -> Iterator[Ranged]:
    """A regular file with something in it; others are refused unopened, for a pipe would wait."""
    with translated(f"read {path}"):
        if not path.exists():
            raise Permanent(f"there is no video {path}: correct the path")
        status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise Permanent(f"{path} is a folder: name one of the videos in it")
    if not stat.S_ISREG(status.st_mode):
        raise Permanent(f"{path} is a device or a pipe: save the video as a file first")
    if not status.st_size:
        raise Permanent(f"{path} is empty: transfer the video again")
    with FileRanges(path) as video:
        yield video


@contextmanager
def open_object(store: ObjectStore, name: str) -> Iterator[Ranged]:
    """A video in a store. Raises Permanent where there is none, Transient if another has taken its place in
    the end: bytes of two videos are no clip."""
    from uball_assets.adapters.stores.object_ranges import ObjectRanges

    info = _info(store, name)
    if not info.size_bytes:
        raise Permanent(f"{store.uri(name)} is empty: transfer the video again")
    yield ObjectRanges(store, info)
    if _info(store, name).version != info.version:
        raise Transient(f"{store.uri(name)} was replaced while it was read")


def _info(store: ObjectStore, name: str) -> ObjectInfo:
    found = next((info for info in store.list(name) if info.name == name), None)
    if found is None:
        raise Permanent(f"there is no video {store.uri(name)}: correct the name")
    return found


def _store_and_name(scheme: str, rest: str, address: str) -> tuple[ObjectStore, str]:
    from uball_assets.adapters.stores.opening import open_store

    bucket, _, name = rest.partition("/")
    if not bucket or not name:
        raise Permanent(f"{address} names no object: write {scheme}://bucket/folder/video.mp4")
    return open_store(f"{scheme}://{bucket}"), name
