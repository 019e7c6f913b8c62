"""Segments: which there are, what they cost to read, and what is said where one is not as it should be."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.record.segments import Stretch, stretch_named, stretches
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.object_store import ObjectInfo
from uball_assets.domain.errors import Permanent

FOLDER = "record/games/segments/"


class Counting(FolderStore):
    """Tells what is asked of it."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.asked: list[tuple[str, str]] = []

    def list(self, prefix: str, after: str = "") -> list[ObjectInfo]:
        listed = super().list(prefix, after)
        self.asked += [("list", prefix)] * (1 + len(listed) // 1000)
        return listed

    def read(self, name: str) -> bytes:
        self.asked.append(("read", name))
        return super().read(name)


@pytest.fixture
def store(tmp_path: Path) -> Counting:
    return Counting(tmp_path / "store")


@pytest.fixture
def open_registry(store: Counting) -> Callable[[], StoreRegistry]:
    return lambda: StoreRegistry(store, lambda: datetime(2026, 3, 18, 12, tzinfo=UTC))


def fill(registry: StoreRegistry, count: int, begin: int = 1) -> list[dict[str, object]]:
    return [
        registry.append("games", {"game_id": f"g{number}", "rows": number}, key=f"k{number}")
        for number in range(begin, begin + count)
    ]


def folded(store: FolderStore) -> list[str]:
    return [info.name.removeprefix(FOLDER) for info in store.list(FOLDER)]


def unfold(store: FolderStore) -> None:
    """As a record that was made before there were segments."""
    for info in store.list(FOLDER):
        store.delete(info.name)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, []),
        (7, []),
        (8, [(1, 8)]),
        (17, [(1, 16)]),
        (24, [(1, 16), (17, 24)]),
        (63, [(1, 32), (33, 48), (49, 56)]),
        (10_000, [(1, 8192), (8193, 9216), (9217, 9728), (9729, 9984), (9985, 10_000)]),
    ],
)
def test_entries_are_folded_by_doubling_widths(count: int, expected: list[tuple[int, int]]) -> None:
    assert stretches(count) == [Stretch(*each) for each in expected]


@pytest.mark.parametrize(
    "name",
    [
        "000001-000009",
        "000009-000024",
        "000000-000007",
        "1-8",
        "000001-000000",
        "000001-000024",
        "000005-000012",
    ],
)
def test_a_name_that_no_fold_gives_is_no_segment(name: str) -> None:
    assert stretch_named(f"segments/{name}.jsonl") is None


def test_wider_segments_take_the_place_of_narrower_and_entries_stay(
    store: Counting, open_registry: Callable[[], StoreRegistry]
) -> None:
    fill(open_registry(), 27)
    assert folded(store) == ["000001-000016.jsonl", "000017-000024.jsonl"]
    assert [info.name for info in store.list("record/games/0")] == [
        f"record/games/{number:06d}.json" for number in range(1, 28)
    ]


def test_a_segment_holds_no_address_and_reads_alike_in_a_copy_elsewhere(
    store: Counting, open_registry: Callable[[], StoreRegistry], tmp_path: Path
) -> None:
    told = fill(open_registry(), 20)
    assert store.root.as_posix().encode() not in store.read(f"{FOLDER}000001-000016.jsonl")
    store.root.rename(tmp_path / "elsewhere")
    elsewhere = StoreRegistry(FolderStore(tmp_path / "elsewhere"), lambda: datetime.now(UTC))
    assert elsewhere.entries("games") == told


def test_a_record_without_segments_is_read_on_and_folded_by_the_next_entry(
    store: Counting, open_registry: Callable[[], StoreRegistry]
) -> None:
    told = fill(open_registry(), 30)
    unfold(store)
    assert open_registry().entries("games") == told
    assert open_registry().newest("games", "g3") == told[2]
    assert folded(store) == [], "reading writes nothing"
    told += fill(open_registry(), 1, begin=31)
    assert folded(store) == ["000001-000016.jsonl", "000017-000024.jsonl"]
    assert open_registry().entries("games") == told


@pytest.mark.parametrize(
    ("question", "most"),
    [
        (lambda registry: registry.latest("games"), 3),
        (lambda registry: registry.count("games"), 2),
        (lambda registry: registry.find("games", "k5"), 20),
        (lambda registry: registry.newest("games", "g5"), 20),
        (lambda registry: registry.append("games", {"game_id": "new"}, key="new"), 20),
        (lambda registry: registry.entries("games"), 20),
    ],
    ids=["latest", "count", "find", "newest", "append", "entries"],
)
def test_a_question_of_a_new_process_costs_few_requests_however_long_the_record_is(
    store: Counting,
    open_registry: Callable[[], StoreRegistry],
    question: Callable[[StoreRegistry], object],
    most: int,
) -> None:
    fill(open_registry(), 505)
    store.asked.clear()
    question(open_registry())
    assert len(store.asked) <= most


def test_what_is_kept_on_this_machine_is_fetched_by_no_process_again(store: Counting, tmp_path: Path) -> None:
    def opened() -> StoreRegistry:
        return StoreRegistry(store, lambda: datetime(2026, 3, 18, tzinfo=UTC), tmp_path / "cache")

    told = fill(opened(), 29)
    assert opened().entries("games") == told
    store.asked.clear()
    assert opened().entries("games") == told
    assert opened().newest("games", "g5") == told[4]
    assert {what for what, _ in store.asked} == {"list"}


def test_a_content_that_was_damaged_on_this_machine_is_fetched_again(store: Counting, tmp_path: Path) -> None:
    def opened() -> StoreRegistry:
        return StoreRegistry(store, lambda: datetime(2026, 3, 18, tzinfo=UTC), tmp_path / "cache")

    told = fill(opened(), 19)
    assert opened().entries("games") == told
    for file in (tmp_path / "cache").rglob("*"):
        if file.is_file():
            file.write_bytes(file.read_bytes()[:-3])
    assert opened().entries("games") == told


# what is not as it should be


def _zeros(data: bytes) -> bytes:
    return bytes(len(data))


def _nothing(_: bytes) -> bytes:
    return b""


def _cut_short(data: bytes) -> bytes:
    return data[:-10]


def _without_header(data: bytes) -> bytes:
    return data.partition(b"\n")[2]


def _one_letter(data: bytes) -> bytes:
    return data.replace(b'"rows":3', b'"rows":4')


@pytest.mark.parametrize("damage", [_zeros, _nothing, _cut_short, _without_header, _one_letter])
def test_a_damaged_segment_is_named_and_nothing_is_appended(
    store: Counting, open_registry: Callable[[], StoreRegistry], damage: Callable[[bytes], bytes]
) -> None:
    fill(open_registry(), 24)
    name = f"{FOLDER}000001-000016.jsonl"
    store.write(name, damage(store.read(name)))
    for ask in (
        lambda: open_registry().entries("games"),
        lambda: open_registry().newest("games", "g1"),
        lambda: open_registry().append("games", {}, key="new"),
    ):
        with pytest.raises(
            Permanent, match=r"000001-000016\.jsonl is damaged, or of another record"
        ) as refusal:
            ask()
        assert "a game's examples, training, annotation cannot go on without it" in str(refusal.value)
        assert "delete all of file://" in str(refusal.value)
    assert len(store.list("record/games/0")) == 24


def test_the_remedy_heals_it(store: Counting, open_registry: Callable[[], StoreRegistry]) -> None:
    told = fill(open_registry(), 24)
    store.write(f"{FOLDER}000001-000016.jsonl", b"")
    unfold(store)
    assert open_registry().entries("games") == told
    fill(open_registry(), 1, begin=25)
    assert folded(store) == ["000001-000016.jsonl", "000017-000024.jsonl"]


def test_a_missing_segment_is_named_and_never_a_silent_gap(
    store: Counting, open_registry: Callable[[], StoreRegistry]
) -> None:
    fill(open_registry(), 24)
    known = open_registry()
    known.entries("games")
    store.delete(f"{FOLDER}000001-000016.jsonl")
    for registry in (known, open_registry()):
        with pytest.raises(Permanent, match=r"has lost file:.*segments/000001-000016\.jsonl: delete all of"):
            registry.entries("games")


def test_where_the_last_segment_is_missing_its_entries_are_read(
    store: Counting, open_registry: Callable[[], StoreRegistry]
) -> None:
    told = fill(open_registry(), 24)
    known = open_registry()
    assert known.entries("games") == told
    store.delete(f"{FOLDER}000017-000024.jsonl")
    assert known.entries("games") == told
    assert open_registry().entries("games") == told


@pytest.mark.parametrize("name", ["000001-000016.jsonl", "000017-000024.jsonl"])
def test_a_segment_of_another_record_is_named(
    store: Counting, open_registry: Callable[[], StoreRegistry], tmp_path: Path, name: str
) -> None:
    fill(open_registry(), 24)
    other = Counting(tmp_path / "other")
    fill(StoreRegistry(other, lambda: datetime(2027, 1, 1, tzinfo=UTC)), 24)
    store.write(FOLDER + name, other.read(FOLDER + name))
    with pytest.raises(
        Permanent, match=r"segments/0000\d\d-0000\d\d\.jsonl is damaged, or of another record"
    ):
        open_registry().entries("games")


def test_a_segment_of_another_kind_is_named(
    store: Counting, open_registry: Callable[[], StoreRegistry]
) -> None:
    fill(open_registry(), 8)
    data = store.read(f"{FOLDER}000001-000008.jsonl")
    for number in range(8):
        open_registry().append("annotations", {"game_id": "g", "model": None}, key=str(number))
    store.write("record/annotations/segments/000001-000008.jsonl", data)
    with pytest.raises(Permanent, match="it holds games 1 to 8"):
        open_registry().entries("annotations")


def test_a_segment_that_another_put_in_the_place_of_the_next_stops_no_entry_and_is_named(
    store: Counting, open_registry: Callable[[], StoreRegistry]
) -> None:
    told = fill(open_registry(), 7)
    other = Counting(store.root.parent / "other")
    fill(StoreRegistry(other, lambda: datetime(2027, 1, 1, tzinfo=UTC)), 8)
    registry = open_registry()
    registry.entries("games")
    store.write(f"{FOLDER}000001-000008.jsonl", other.read(f"{FOLDER}000001-000008.jsonl"))
    with pytest.raises(Permanent, match="has lost"):
        registry.entries("games")
    unfold(store)
    assert open_registry().entries("games") == told


def test_a_large_entry_that_was_altered_beneath_its_segment_is_named(
    store: Counting, open_registry: Callable[[], StoreRegistry]
) -> None:
    open_registry().append("manifests", {"hash": "a" * 100_000}, key="large")
    for number in range(8):
        open_registry().append("manifests", {"hash": str(number)}, key=str(number))
    name = "record/manifests/000001.json"
    store.write(name, store.read(name).replace(b"aaa", b"aab"))
    with pytest.raises(Permanent, match=r"record/manifests/000001\.json is not what was recorded"):
        open_registry().find("manifests", "large")


# writers that are killed, and two at once


class KilledError(Exception):
    pass


@pytest.mark.parametrize("at", range(1, 6))
def test_a_fold_that_is_killed_anywhere_loses_nothing_and_is_done_by_the_next(
    store: Counting,
    open_registry: Callable[[], StoreRegistry],
    monkeypatch: pytest.MonkeyPatch,
    at: int,
) -> None:
    """At its `at`th change of the store, before or after it."""
    told = fill(open_registry(), 31)
    steps = 0

    def dying(change: Callable[..., None]) -> Callable[..., None]:
        def step(*given: object) -> None:
            nonlocal steps
            steps += 1
            if steps == at:
                raise KilledError
            change(*given)

        return step

    with monkeypatch.context() as patch:
        for verb in ("create", "delete"):
            patch.setattr(store, verb, dying(getattr(store, verb)))
        with suppress(KilledError):
            fill(open_registry(), 1, begin=32)
    now = open_registry().entries("games")
    assert now[:31] == told
    told = [*now, *fill(open_registry(), 40 - len(now), begin=len(now) + 1)]
    assert open_registry().entries("games") == told
    assert folded(store) == ["000001-000032.jsonl", "000033-000040.jsonl"]


def _fill(root: Path, own: str) -> None:
    registry = StoreRegistry(FolderStore(root), lambda: datetime(2026, 3, 18, tzinfo=UTC))
    for number in range(40):
        registry.append("games", {"game_id": own}, key=f"{own}-{number}")
        assert registry.newest("games", own)["key"] == f"{own}-{number}"  # type: ignore[index]
    os._exit(0)


def test_readers_beside_writers_that_fold_see_every_entry_in_order(store: Counting) -> None:
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_fill, args=(store.root, own)) for own in ("a", "b", "c")]
    for writer in writers:
        writer.start()
    seen = 0
    registry = StoreRegistry(FolderStore(store.root), lambda: datetime.now(UTC))
    while any(writer.is_alive() for writer in writers):
        numbers = [entry["number"] for entry in registry.entries("games")]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) >= seen
        seen = len(numbers)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert registry.count("games") == 120
    fill(registry, 8, begin=121)
    assert folded(store) == ["000001-000128.jsonl"]
