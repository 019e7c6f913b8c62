"""The folder as a store: files that people and killed writers leave, links, odd disks; and opening by URL."""

from __future__ import annotations

import errno
import logging
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from uball_assets.adapters.machine.file_errors import translated
from uball_assets.adapters.stores.folder_store import ABANDONED_AFTER_S, FolderStore
from uball_assets.adapters.stores.opening import open_store
from uball_assets.domain.errors import Permanent, Transient


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")


def names(store: FolderStore, prefix: str = "") -> list[str]:
    return [info.name for info in store.list(prefix)]


def hidden_files(store: FolderStore, folder: str) -> list[Path]:
    return [path for path in (store.root / folder).rglob("*") if path.is_file()]


def test_reading_never_writes(store: FolderStore) -> None:
    store.root.mkdir()
    (store.root / "FAR_LEFT.mp4").write_bytes(b"video")
    (info,) = store.list("")
    store.read(info.name), store.read_range(info.name, 0, 2), store.fingerprint(info)
    store.uri(info.name), store.local_path(info.name)
    assert [path.name for path in store.root.iterdir()] == ["FAR_LEFT.mp4"]


def test_a_store_that_nobody_wrote_to_is_empty_and_stays_unmade(store: FolderStore) -> None:
    assert store.list("games/") == []
    store.delete("a")
    assert not store.root.exists()


def test_hidden_files_of_the_operating_system_are_no_objects(store: FolderStore) -> None:
    store.write("Games/g1/FAR_LEFT.mp4", b"video", {"k": "v"})
    for name in (".DS_Store", "Games/.DS_Store", "Games/g1/._FAR_LEFT.mp4", ".git/config"):
        (store.root / name).parent.mkdir(exist_ok=True)
        (store.root / name).write_bytes(b"x")
    assert names(store) == ["Games/g1/FAR_LEFT.mp4"]


@pytest.mark.skipif(sys.platform == "darwin", reason="its disc refuses such names")
def test_a_file_that_cannot_be_named_is_left_out_and_said(
    store: FolderStore, caplog: pytest.LogCaptureFixture
) -> None:
    store.write("good", b"x")
    Path(os.fsdecode(os.fsencode(store.root) + b"/latin-\xe9.mp4")).write_bytes(b"x")
    (store.root / "two\nlines").write_bytes(b"x")
    with caplog.at_level(logging.WARNING):
        assert names(store) == ["good"]
    assert "latin-" in caplog.text
    assert "lines" in caplog.text


def test_links_are_followed_but_not_in_circles(store: FolderStore, tmp_path: Path) -> None:
    store.write("Games/g1/FAR_LEFT.mp4", b"video")
    (tmp_path / "disc").mkdir()
    (tmp_path / "disc" / "NEAR_LEFT.mp4").write_bytes(b"other")
    (store.root / "Games" / "g2").symlink_to(tmp_path / "disc")
    (store.root / "Games" / "round").symlink_to(store.root / "Games")
    (store.root / "Games" / "gone.mp4").symlink_to(tmp_path / "nowhere")
    assert names(store) == ["Games/g1/FAR_LEFT.mp4", "Games/g2/NEAR_LEFT.mp4"]
    assert store.read("Games/g2/NEAR_LEFT.mp4") == b"other"


def test_a_name_cannot_be_an_object_and_a_folder(store: FolderStore) -> None:
    store.write("a/b", b"x")
    for act in (store.write, store.create):
        with pytest.raises(Permanent, match=r"cannot write .*store/a\b"):
            act("a", b"x")
        with pytest.raises(Permanent, match=r"cannot write .*store/a/b/c"):
            act("a/b/c", b"x")
    with pytest.raises(Permanent, match="it is a folder"):
        store.read("a")
    store.delete("a")
    assert names(store) == ["a/b"]
    assert hidden_files(store, ".tmp") == []


def test_a_name_too_long_for_the_disc_is_permanent(store: FolderStore) -> None:
    with pytest.raises(Permanent, match="too long"):
        store.write("x" * 300, b"")


def test_a_store_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"")
    store = FolderStore(tmp_path / "f")
    with pytest.raises(Permanent, match="is a file"):
        store.list("")
    with pytest.raises(Permanent, match="is a file"):
        store.write("a", b"")


def test_metadata_is_never_that_of_another_content(store: FolderStore) -> None:
    store.write("a", b"old", {"key": "old"})
    (store.root / "a").write_bytes(b"put here by a person")
    (info,) = store.list("")
    assert info.metadata == {}
    store.write("a", b"new", {"key": "new"})
    assert [info.metadata for info in store.list("")] == [{"key": "new"}]


def test_writes_within_one_tick_of_the_disc_s_clock_have_versions_of_their_own(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # a disc that is quicker than its clock
    versions = []
    for i in range(50):
        store.write("a", b"same size", {"i": str(i)})
        versions += [info.version for info in store.list("") if info.metadata == {"i": str(i)}]
    assert len(set(versions)) == 50


def test_metadata_cut_short_by_a_power_cut_counts_as_none(store: FolderStore) -> None:
    store.write("a", b"old", {"key": "old"})
    (beside,) = hidden_files(store, ".metadata")
    for rest in (b"", b'{"key', b"[1]"):
        beside.write_bytes(rest)
        assert [info.metadata for info in store.list("")] == [{}]


def test_metadata_survives_copying_the_whole_folder(store: FolderStore, tmp_path: Path) -> None:
    store.write("games/a", b"x", {"key": "k"})
    shutil.copytree(store.root, tmp_path / "copy")
    assert [info.metadata for info in FolderStore(tmp_path / "copy").list("")] == [{"key": "k"}]


def test_replacing_and_deleting_leave_nothing_hidden_behind(store: FolderStore) -> None:
    for i in range(3):
        store.write("games/a", b"x", {"i": str(i)})
    assert len(hidden_files(store, ".metadata")) == 1
    store.delete("games/a")
    assert hidden_files(store, ".metadata") == []
    assert hidden_files(store, ".tmp") == []


def test_what_a_killed_writer_left_is_swept_after_a_day(store: FolderStore) -> None:
    store.write("a", b"x")
    old, fresh = store.root / ".tmp" / "old", store.root / ".tmp" / "fresh"
    for path in (old, fresh):
        path.write_bytes(b"half")
    long_ago = time.time() - ABANDONED_AFTER_S - 60
    os.utime(old, (long_ago, long_ago))
    FolderStore(store.root).write("b", b"x")
    assert [path.name for path in (store.root / ".tmp").iterdir()] == ["fresh"]


def test_a_fingerprint_survives_touching_and_renaming(store: FolderStore) -> None:
    store.write("a", bytes(700_000))
    before = store.fingerprint(*store.list(""))
    os.utime(store.root / "a", (1, 1))
    (store.root / "a").rename(store.root / "b")
    assert store.fingerprint(*store.list("")) == before


@pytest.mark.parametrize("block", range(8))
def test_a_fingerprint_sees_each_of_its_eight_blocks(store: FolderStore, block: int) -> None:
    size_bytes = 10_000_000
    store.write("a", bytes(size_bytes))
    before = store.fingerprint(*store.list(""))
    with (store.root / "a").open("r+b") as file:
        file.seek((size_bytes - 65536) * block // 7 + 1000)
        file.write(b"x")
    assert store.fingerprint(*store.list("")) != before


def test_a_folder_where_writing_is_not_allowed_is_permanent() -> None:
    with pytest.raises(Permanent, match=r"cannot write /proc/"):
        FolderStore(Path("/proc/uball")).write("a", b"x")


@pytest.mark.parametrize(
    ("code", "kind", "message"),
    [
        (errno.ENOENT, Permanent, "no such file"),
        (errno.EACCES, Permanent, "permission denied"),
        (errno.EROFS, Permanent, "read-only"),
        (errno.ENOSPC, Transient, "no space left; free some"),
        (errno.EIO, Transient, "Input/output error"),
        (errno.EMFILE, Transient, "Too many open files"),
    ],
)
def test_what_a_disc_refuses_says_whether_to_try_again(
    code: int, kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=f"cannot read /data/a: .*{message}"), translated("read /data/a"):
        raise OSError(code, os.strerror(code))


WRITER = """
import itertools, sys
from pathlib import Path
from uball_assets.adapters.stores.folder_store import FolderStore
store = FolderStore(Path(sys.argv[1]))
for i in itertools.count():
    fill = (int(sys.argv[2]) * 37 + i) % 251
    data = bytes([fill]) * (1_000_000 + fill)
    store.write(f"replaced/{i % 3}", data, {"fill": str(fill)})
    store.create(f"created/{sys.argv[2]}-{i}", data, {"fill": str(fill)})
    print(flush=True)
"""


def test_a_writer_killed_at_any_moment_leaves_whole_objects_with_their_own_metadata(
    store: FolderStore,
) -> None:
    chance = random.Random(11)
    checked = 0
    for round_number in range(10):
        arguments = [sys.executable, "-c", WRITER, str(store.root), str(round_number)]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            for _ in range(chance.randint(1, 8)):
                child.stdout.readline()
            child.send_signal(signal.SIGKILL)
        for info in store.list(""):
            fill = int(info.metadata["fill"])
            assert store.read(info.name) == bytes([fill]) * (1_000_000 + fill)
            checked += 1
        for info in store.list("created/"):
            store.delete(info.name)
    assert checked >= 10
    store.write("replaced/0", b"after", {"fill": "after"})
    assert store.list("replaced/0")[0].metadata == {"fill": "after"}


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("/data/a b%20c", "/data/a b%20c"),
        ("file:///data/a%20b/%C3%B6", "/data/a b/ö"),
        ("videos", str(Path("videos").absolute())),
        ("~/videos", str(Path("~/videos").expanduser())),
    ],
    ids=["path", "file URL", "relative", "home"],
)
def test_a_path_or_file_url_opens_a_folder(url: str, root: str) -> None:
    store = open_store(url)
    assert isinstance(store, FolderStore)
    assert str(store.root) == root


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("gs://", "names no bucket"),
        ("s3:///x", "names no bucket"),
        ("s3://bucket/a//b", "cannot name an object"),
        ("ftp://host/x", "is no store"),
        ("file://videos", "names no folder"),
        ("", "names no folder"),
        (" ", "names no folder"),
    ],
)
def test_a_url_that_opens_nothing_says_what_would(url: str, message: str) -> None:
    with pytest.raises(Permanent, match=message):
        open_store(url)


@pytest.mark.parametrize(
    ("url", "library", "extra"),
    [("gs://bucket", "dagster_gcp", "gcp"), ("s3://bucket/x", "dagster_aws", "aws")],
)
def test_a_bucket_without_its_library_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, url: str, library: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    command = re.escape(f"pip install -c constraints.txt -e '.[{extra}]'")
    with pytest.raises(Permanent, match=f"{url}.* needs the '{extra}' extra: {command}"):
        open_store(url)


def test_a_login_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(Permanent, match="names no bucket") as raised:
        open_store("s3://AKIAKEY:planted-secret@bucket")
    assert "planted" not in str(raised.value)


def test_opening_a_folder_loads_no_cloud_library(tmp_path: Path) -> None:
    """In a process of its own, so that nothing is there already."""
    act = f"store = open_store({str(tmp_path)!r}); store.write('a', b''); store.list('')"
    code = (
        f"import sys; from uball_assets.adapters.stores.opening import open_store; {act}; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert loaded & {"google", "boto3", "botocore", "dagster_gcp", "dagster_aws"} == set()
