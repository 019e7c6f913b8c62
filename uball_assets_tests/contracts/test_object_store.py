"""What every object store must do, whatever is behind it. A new store is one line in STORES."""

from __future__ import annotations

import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.object_store import AlreadyExists, ObjectStore
from uball_assets.adapters.stores.opening import open_store
from uball_assets.domain.errors import Permanent, Transient

STORES = [
    pytest.param("a_folder", id="folder"),
    pytest.param("an_s3_bucket", id="s3", marks=pytest.mark.services),
    pytest.param("a_gcs_bucket", id="gcs", marks=pytest.mark.services),
]
"""The fixture of a fresh, empty store's URL; a URL, so that other processes can open the same one."""

ODD_NAMES = [
    "a",
    "games/g 1/clips/p_FAR_LEFT.mp4",
    "Spiele/Größe/日本.json",
    "100%/a%20b#c?d&e=f+g.json",
    "quotes'\"/$HOME ~.json",
    "dots/a.b..c...json",
    "at/a@1-2.json",
    "x" * 200,
]
BAD_NAMES = [
    "",
    "/a",
    "a/",
    "a//b",
    "..",
    "a/../b",
    "./a",
    ".tmp/a",
    ".a",
    "a/.b",
    "a\\b",
    "a\0b",
    "a\nb",
    "\udcff",
]


@pytest.fixture
def a_folder(tmp_path: Path) -> str:
    return str(tmp_path / "a store")


@pytest.fixture(params=STORES)
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def store(url: str) -> ObjectStore:
    return open_store(url)


def names(store: ObjectStore, prefix: str = "") -> list[str]:
    return [info.name for info in store.list(prefix)]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_any_usable_name_is_kept_exactly(store: ObjectStore, name: str) -> None:
    store.write(name, b"content", {"key": "k"})
    assert store.read(name) == b"content"
    assert [(info.name, info.size_bytes, info.metadata) for info in store.list(name)] == [
        (name, 7, {"key": "k"})
    ]
    assert store.name_of(store.uri(name)) == name
    assert store.uri(name).isascii()
    assert " " not in store.uri(name)


@pytest.mark.parametrize("name", BAD_NAMES)
@pytest.mark.parametrize("method", ["read", "uri", "delete", "local_path"])
def test_a_name_that_some_store_cannot_hold_is_refused(store: ObjectStore, method: str, name: str) -> None:
    with pytest.raises(Permanent, match="cannot name an object"):
        getattr(store, method)(name)


@pytest.mark.parametrize("name", BAD_NAMES)
@pytest.mark.parametrize("method", ["write", "create"])
def test_nothing_is_written_under_a_bad_name(store: ObjectStore, method: str, name: str) -> None:
    with pytest.raises(Permanent, match="cannot name an object"):
        getattr(store, method)(name, b"x")
    assert store.list("") == []


def test_a_missing_object_is_permanent_and_named(store: ObjectStore) -> None:
    for read in (store.read, lambda name: store.read_range(name, 0, 1)):
        with pytest.raises(Permanent, match=r"games/g1/plays\.json"):
            read("games/g1/plays.json")


def test_an_address_of_another_store_has_no_name_here(store: ObjectStore) -> None:
    for uri in ("gs://elsewhere/a", "file:///elsewhere/a", store.uri("a").removesuffix("/a") + "-b/a", "a"):
        with pytest.raises(Permanent, match="not in this store"):
            store.name_of(uri)


def test_an_empty_store_lists_nothing(store: ObjectStore) -> None:
    assert store.list("") == []
    assert store.list("games/g1/") == []


@pytest.mark.parametrize(
    ("prefix", "after", "expected"),
    [
        ("", "g1-x", ["g1/a", "g1/b/c", "g10/a", "ö"]),
        ("", "g1/a", ["g1/b/c", "g10/a", "ö"]),
        ("", "g1/b/cc", ["g10/a", "ö"]),
        ("", "g1/b", ["g1/b/c", "g10/a", "ö"]),
        ("", "nobody", ["ö"]),
        ("g1/", "Z", ["g1/a", "g1/b/c"]),
        ("g1/", "g1/a", ["g1/b/c"]),
        ("g1/", "g1/b/c", []),
        ("g1/", "g2", []),
        ("", "ö", []),
    ],
)
def test_a_listing_goes_on_behind_a_name(
    store: ObjectStore, prefix: str, after: str, expected: list[str]
) -> None:
    for name in ("Z", "g1-x", "g1/a", "g1/b/c", "g10/a", "ö"):
        store.write(name, b"x")
    assert [info.name for info in store.list(prefix, after)] == expected


@pytest.mark.parametrize(
    "marks",
    [
        pytest.param([], id="none"),
        pytest.param(["games/g2", "games/g2/b.json", "games/g3"], id="objects and others"),
        pytest.param(["games/", "a//b", "zzz", "", "models/m", "games/g1/Ä.json"], id="unusable ones"),
        pytest.param([f"games/g{number}" for number in range(40, 0, -1)], id="many, in no order"),
    ],
)
def test_a_long_listing_is_the_listing_whatever_its_marks(store: ObjectStore, marks: list[str]) -> None:
    for name in ("games/g1/a.json", "games/g2/b.json", "games/g2/c.json", "games/g3/ä.json", "gamesx", "m/1"):
        store.write(name, name.encode(), {"of": name[-1]})
    for prefix in ("games/", "games/g", ""):
        listed = store.list(prefix)
        assert store.list_long(prefix, marks) == listed
        assert [info.metadata for info in store.list_long(prefix, marks)] == [
            info.metadata for info in listed
        ]
        assert store.names(prefix, marks) == [info.name for info in listed]


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("", ["Z", "g1/a", "g1/b/c", "g1-x", "g10/a", "ö"]),
        ("g1", ["g1/a", "g1/b/c", "g1-x", "g10/a"]),
        ("g1/", ["g1/a", "g1/b/c"]),
        ("g1/b", ["g1/b/c"]),
        ("g1/b/c", ["g1/b/c"]),
        ("g1/b/c/", []),
        ("g1/b/cc", []),
        ("z", []),
    ],
)
def test_a_prefix_is_the_start_of_a_name_not_a_folder(
    store: ObjectStore, prefix: str, expected: list[str]
) -> None:
    for name in ("ö", "g10/a", "g1/b/c", "g1-x", "g1/a", "Z"):
        store.write(name, b"")
    assert names(store, prefix) == sorted(expected)


@pytest.mark.parametrize("prefix", ["/", "../", "a//", ".metadata/", ".tmp", "\\"])
def test_a_prefix_that_no_name_starts_with_is_refused(store: ObjectStore, prefix: str) -> None:
    with pytest.raises(Permanent, match="cannot name an object"):
        store.list(prefix)


@pytest.mark.parametrize(
    ("offset", "length", "expected"),
    [
        (0, 10, b"0123456789"),
        (0, 0, b""),
        (3, 4, b"3456"),
        (8, 9, b"89"),
        (9, 1, b"9"),
        (10, 1, b""),
        (99, 5, b""),
    ],
)
def test_a_range_ends_with_the_object(store: ObjectStore, offset: int, length: int, expected: bytes) -> None:
    store.write("digits", b"0123456789")
    assert store.read_range("digits", offset, length) == expected


@pytest.mark.parametrize(("offset", "length"), [(-1, 1), (0, -1)])
def test_a_negative_range_is_refused(store: ObjectStore, offset: int, length: int) -> None:
    store.write("digits", b"0123456789")
    with pytest.raises(Permanent, match="0 or more"):
        store.read_range("digits", offset, length)


def test_an_empty_object_is_an_object(store: ObjectStore) -> None:
    store.write("empty", b"")
    assert store.read("empty") == b""
    assert store.read_range("empty", 0, 9) == b""
    assert [info.size_bytes for info in store.list("")] == [0]


def test_metadata_is_replaced_with_its_object(store: ObjectStore) -> None:
    store.write("a", b"1", {"key": "old", "only": "old"})
    store.write("a", b"2", {"key": "new é"})
    assert [info.metadata for info in store.list("a")] == [{"key": "new é"}]
    store.write("a", b"3")
    assert [info.metadata for info in store.list("a")] == [{}]


def test_a_deleted_object_leaves_no_metadata_to_the_next_of_its_name(store: ObjectStore) -> None:
    store.write("a", b"1", {"key": "old"})
    store.delete("a")
    store.delete("a")
    assert store.list("") == []
    store.create("a", b"1")
    assert [info.metadata for info in store.list("a")] == [{}]


def test_every_content_has_a_version_of_its_own(store: ObjectStore) -> None:
    versions = []
    for i in range(20):
        store.write("a", b"%02d" % i)
        versions += [info.version for info in store.list("a")]
    assert len(set(versions)) == 20


def test_a_listing_tells_when_an_object_was_put_there(store: ObjectStore) -> None:
    before_s = time.time()
    store.write("a", b"1")
    [info] = store.list("")
    assert info.written_at_s is not None
    assert before_s - 2.0 <= info.written_at_s <= time.time() + 2.0


def test_create_never_replaces(store: ObjectStore) -> None:
    store.create("a", b"first", {"by": "first"})
    with pytest.raises(AlreadyExists):
        store.create("a", b"second", {"by": "second"})
    assert store.read("a") == b"first"
    assert [info.metadata for info in store.list("")] == [{"by": "first"}]


def test_create_tells_the_version_as_listings_do_or_none(store: ObjectStore) -> None:
    told = store.create("a", b"content", {"key": "k"})
    [info] = store.list("a")
    assert told in ("", info.version)
    assert told or not isinstance(store, FolderStore)


def test_an_uploaded_file_is_the_object_and_stays_where_it_was(store: ObjectStore, tmp_path: Path) -> None:
    source = tmp_path / "wörk clip.mp4"
    source.write_bytes(b"frames" * 1000)
    store.upload("clips/c.mp4", source, {"key": "k"})
    source.write_bytes(b"changed later")
    assert store.read("clips/c.mp4") == b"frames" * 1000
    assert [info.metadata for info in store.list("clips/")] == [{"key": "k"}]


def test_uploading_a_missing_file_names_it(store: ObjectStore, tmp_path: Path) -> None:
    with pytest.raises(Permanent, match=r"gone\.mp4"):
        store.upload("clips/c.mp4", tmp_path / "gone.mp4")
    assert store.list("") == []


def test_a_local_path_is_the_object_itself(store: ObjectStore) -> None:
    store.write("a/b", b"content")
    path = store.local_path("a/b")
    assert path is None or path.read_bytes() == b"content"


@pytest.mark.parametrize("size_bytes", [0, 1, 5_000, 512 * 1024, 512 * 1024 + 1, 3_000_000])
def test_a_fingerprint_survives_copying_and_sees_the_first_and_last_byte(
    store: ObjectStore, size_bytes: int
) -> None:
    content = bytes(i % 251 for i in range(size_bytes))
    variants = {"original": content, "copy/of it": content, "longer": content + b"x"}
    if size_bytes:
        variants["head"] = b"\xff" + content[1:]
    if size_bytes > 1:
        variants["tail"] = content[:-1] + b"\xff"
    for name, data in variants.items():
        store.write(name, data)
    prints = {info.name: store.fingerprint(info) for info in store.list("")}
    assert prints["original"] == prints["copy/of it"]
    assert len(set(prints.values())) == len(variants) - 1


def test_a_fingerprint_is_never_taken_of_another_version(store: ObjectStore) -> None:
    store.write("a", b"1")
    (before,) = store.list("a")
    store.write("copy", b"1")
    store.write("a", b"2")
    expected = {store.fingerprint(*store.list("copy")), "list again"}
    try:
        found = store.fingerprint(before)
    except Transient as error:
        found = str(error).rpartition(": ")[2]
    assert found in expected


def test_many_threads_read_and_write_at_once(store: ObjectStore) -> None:
    content = bytes(i % 251 for i in range(100_000))
    store.write("video", content)

    def work(i: int) -> bytes:
        store.write(f"clips/{i}", content[i : i + 100], {"i": str(i)})
        return store.read_range("video", i * 1000, 1000)

    with ThreadPoolExecutor(16) as pool:
        assert b"".join(pool.map(work, range(100))) == content
    listed = store.list("clips/")
    assert len(listed) == 100
    assert all(info.name == f"clips/{info.metadata['i']}" for info in listed)


def _create(url: str, writer: int, start: object, wins: multiprocessing.Queue[int]) -> None:
    start.wait()  # type: ignore[attr-defined]
    try:
        open_store(url).create("the/name", b"%d" % writer * 100_000, {"by": str(writer)})
    except AlreadyExists:
        return
    wins.put(writer)


def test_of_eight_racing_processes_exactly_one_creates(url: str, store: ObjectStore) -> None:
    context = multiprocessing.get_context("fork")
    start, wins = context.Barrier(8), context.Queue()
    writers = [context.Process(target=_create, args=(url, i, start, wins)) for i in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * 8
    winner = wins.get(timeout=60)
    assert wins.empty()
    assert store.read("the/name") == b"%d" % winner * 100_000
    assert [info.metadata for info in store.list("")] == [{"by": str(winner)}]
