"""A backup, what takes old ones away, and a restore, each killed at any write: every backup that is there is
whole, and running it again ends as if nothing had been killed.
"""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from uball_assets.automation.backups.places import target_of
from uball_assets.automation.backups.restoring import prove_backup, restore_league
from uball_assets.automation.backups.taking import back_up
from uball_assets.domain.errors import UballError
from uball_assets.settings import Settings
from uball_assets_tests.automation.backups.small_league import (
    add_game,
    make_database,
    make_league,
    record_of,
    settings_of,
    state_of,
)
from uball_assets_tests.killing import killed_at

pytestmark = pytest.mark.scale
MOMENTS = 10


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = settings_of(tmp_path, backup_clips="all")
    make_league(made, games=4)
    return made


def moments(seed: int, home: Path, work: Callable[[], object], undo: Callable[[], None]) -> list[int]:
    """Ten of the writes that the work makes, drawn; it is done once to count them."""
    most = 1
    while killed_at(most, home, work):
        undo()
        most = most * 2
    undo()
    return sorted(random.Random(seed).sample(range(1, most), min(MOMENTS, most - 1)))


def test_a_backup_killed_at_ten_moments_leaves_every_backup_whole(tmp_path: Path, settings: Settings) -> None:
    back_up(settings)
    place = tmp_path / "backups"

    def work() -> object:
        return back_up(settings, keep=1)

    add_game(settings, "new")
    shutil.copytree(place, tmp_path / "before")
    shutil.copytree(settings.home / "backup", tmp_path / "notes")

    def undo() -> None:
        for copy, at in ((tmp_path / "before", place), (tmp_path / "notes", settings.home / "backup")):
            shutil.rmtree(at)
            shutil.copytree(copy, at)

    killed = 0
    for write in moments(1, place, work, undo):
        killed += killed_at(write, place, work)
        whole = [one.number for one in target_of(settings).stored()]
        assert whole, "one is always there"
        for number in whole:
            assert prove_backup(settings, number).wrong == []
        work()
        restored = settings_of(tmp_path, "restored")
        restore_league(restored)
        assert state_of(restored.home) == state_of(settings.home)
        shutil.rmtree(restored.home)
        undo()
    assert killed >= MOMENTS / 2


def test_a_restore_killed_at_ten_moments_goes_on(tmp_path: Path, settings: Settings) -> None:
    back_up(settings)
    restored = settings_of(tmp_path, "restored")
    told = state_of(settings.home)

    def work() -> object:
        return restore_league(restored)

    def undo() -> None:
        shutil.rmtree(restored.home, ignore_errors=True)

    killed = 0
    for write in moments(2, restored.home, work, undo):
        killed += killed_at(write, restored.home, work)
        if state_of(restored.home) != told:
            work()
        assert state_of(restored.home) == told
        undo()
    assert killed >= MOMENTS / 2


def test_what_is_backed_up_while_all_is_written_is_one_state(tmp_path: Path, settings: Settings) -> None:
    """Writers that never rest: entries, documents in the order in which the platform writes them, rows."""
    stop = threading.Event()
    failed: list[BaseException] = []

    def write(part: Callable[[int], Any]) -> None:
        try:
            number = 0
            while not stop.wait(0.02):
                number += 1
                part(number)
        except BaseException as error:  # noqa: BLE001 - told to the test
            failed.append(error)

    tables = settings.home / "dagster" / "history" / "runs.db"
    writers = [
        lambda number: add_game(settings, f"w{number}"),
        lambda number: record_of(settings).append("routes", {"weights": number}, f"route {number}"),
        lambda _: make_database(tables, "runs", rows=5),
    ]
    threads = [threading.Thread(target=write, args=(each,)) for each in writers]
    for thread in threads:
        thread.start()
    try:
        for number in range(1, 5):
            back_up(settings)
            proof = prove_backup(settings, number)
            assert proof.wrong == []
            aside = tmp_path / f"aside{number}"
            restore_league(settings, number=number, aside=aside)
            registry = record_of(settings_of(tmp_path, aside.name))
            for entry in registry.entries("games"):
                told = aside / "training" / "games" / entry["game_id"] / "plays.json"
                assert told.is_file(), "what the record tells of is there"
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failed == []


def test_a_place_without_room_keeps_the_backups_that_it_has(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from uball_assets.adapters.stores.folder_store import FolderStore

    back_up(settings)
    add_game(settings, "new")
    written = FolderStore.write
    left = iter(range(3))

    def full(self: FolderStore, name: str, data: bytes, metadata: Any = None) -> None:
        if name.startswith("objects/") and next(left, None) is None:
            raise OSError(28, "No space left on device")
        written(self, name, data, metadata)

    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "write", full)
        with pytest.raises((UballError, OSError), match=r"[Ss]pace"):
            back_up(settings)
    assert [one.number for one in target_of(settings).stored()] == [1]
    assert prove_backup(settings).wrong == []
    assert back_up(settings).manifest.number == 2
    assert prove_backup(settings).wrong == []
