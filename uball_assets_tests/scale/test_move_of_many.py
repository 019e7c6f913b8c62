"""A home of thousands of runs moved to PostgreSQL: time grows with them and memory hardly does, and whatever
ends it on the way, it goes on where it stood and comes to the same."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from uball_assets_tests.scale.many_runs import fill

if TYPE_CHECKING:
    from uball_assets_tests.scale.postgres_server import PostgresServer

pytestmark = pytest.mark.scale
FEW, MANY = 2_000, 10_000
A_GAME = 10
MOST_GROWN_MB = 20.0
"""Of 8,000 runs more: a name and some numbers of each are held."""
_EVENTS = "events of "
Homes = dict[int, Path]
Moving = subprocess.Popen[str]
Heard = Callable[[str, Moving], None]


@dataclass(frozen=True)
class Attempt:
    code: int
    cpu_s: float
    peak_mb: float
    told: list[str]
    tables: Any
    """None where it did not come to its end."""

    @property
    def events_of(self) -> list[int]:
        """Of how many runs there were events, each time that it said so."""
        return [int(line.split()[2]) for line in self.told if line.startswith(_EVENTS)]


def move(home: Path, url: str, hear: Heard = lambda *_: None) -> Attempt:
    """By the command, in a process of its own; `hear` is given each line that it says, and the process."""
    environment = {**os.environ, "UBALL_HOME": str(home), "UBALL_INSTANCE_URL": url}
    command = [str(Path(sys.executable).with_name("uball")), "instance", "move", "--json"]
    with (
        tempfile.TemporaryFile("w+") as answer,
        subprocess.Popen(command, env=environment, stdout=answer, stderr=-1, text=True) as process,
    ):
        told = []
        assert process.stderr
        for line in process.stderr:
            told.append(line.strip())
            hear(line, process)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        answer.seek(0)
        tables = json.load(answer)["tables"] if process.returncode == 0 else None
    cpu_s = used.ru_utime + used.ru_stime
    return Attempt(process.returncode, cpu_s, used.ru_maxrss / 1024, told, tables)


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Homes]:
    found = {runs: tmp_path_factory.mktemp(f"of_{runs}") for runs in (FEW, MANY)}
    for runs, home in found.items():
        fill(home, runs // A_GAME, runs, runs // 5)
    yield found
    for home in found.values():
        shutil.rmtree(home)


@pytest.fixture(scope="module")
def undisturbed(homes: Homes, postgres: PostgresServer) -> dict[int, Attempt]:
    return {runs: move(home, postgres.create(f"of_{runs}")) for runs, home in homes.items()}


def test_time_grows_as_the_runs_do_and_memory_hardly(undisturbed: dict[int, Attempt]) -> None:
    few, many = undisturbed[FEW], undisturbed[MANY]
    for runs, one in undisturbed.items():
        print(f"{runs} runs: {one.cpu_s:.1f} s of processor, at most {one.peak_mb:.0f} MB")  # noqa: T201
    assert {table["name"]: table["rows"] for table in many.tables}["runs"] == MANY + 1
    assert many.cpu_s < few.cpu_s * MANY / FEW * 1.2
    assert many.peak_mb < few.peak_mb + MOST_GROWN_MB


def test_killed_at_five_moments_it_goes_on_where_it_stood_and_comes_to_the_same(
    homes: Homes, undisturbed: dict[int, Attempt], postgres: PostgresServer
) -> None:
    url, chance, attempts = postgres.create("killed"), random.Random(5), []
    for moment in ("reading in which order", "table run_tags", _EVENTS, _EVENTS, _EVENTS):
        attempts.append(move(homes[MANY], url, _ends_soon_after(moment, chance)))
        assert attempts[-1].code == -signal.SIGKILL
    last = move(homes[MANY], url)
    assert last.tables == undisturbed[MANY].tables
    assert last.cpu_s < undisturbed[MANY].cpu_s
    assert "going on where the last move stood" in last.told
    noted = [number for attempt in (*attempts, last) for number in attempt.events_of]
    assert noted == sorted(set(noted))
    assert len({attempt.events_of[0] for attempt in attempts if attempt.events_of}) == 3


def _ends_soon_after(moment: str, chance: random.Random) -> Heard:
    """SIGKILL, so many lines of that kind later and a little more."""
    left = chance.randint(1, 3) if moment == _EVENTS else 1

    def hear(line: str, moving: Moving) -> None:
        nonlocal left
        left -= line.startswith(moment)
        if not left:
            time.sleep(chance.uniform(0, 0.3))
            moving.kill()
            left = -1

    return hear


def test_the_server_killed_on_the_way_costs_what_was_not_noted_yet(
    homes: Homes, undisturbed: dict[int, Attempt], postgres_of_its_own: PostgresServer
) -> None:
    server, kills = postgres_of_its_own, [1]

    def hear(line: str, _: Moving) -> None:
        if line.startswith(_EVENTS) and kills:
            kills.pop()
            server.kill()

    cut_off = move(homes[MANY], server.url(), hear)
    assert cut_off.code == 75
    assert "does not answer" in cut_off.told[-1]
    server.start()
    goes_on = move(homes[MANY], server.url())
    assert goes_on.tables == undisturbed[MANY].tables
    assert goes_on.events_of[0] > cut_off.events_of[-1]


@pytest.fixture
def cramped(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[PostgresServer, str]]:
    """A server with little room for its tables, and where; its log of what it does has room elsewhere, for
    without that it ends."""
    from uball_assets_tests.scale.postgres_server import PostgresServer

    disk = tempfile.mkdtemp(prefix="uball-small-disk-")
    if _mount("-t", "tmpfs", "-o", "size=100m", "none", disk):
        pytest.skip("no disk can be made small here: run this as root")
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "tempdir", disk)
        server = PostgresServer()
    server.stop()
    with tempfile.TemporaryDirectory() as elsewhere:
        log = server.folder / "data" / "pg_wal"
        subprocess.run(["cp", "-a", log, elsewhere], check=True)  # noqa: S607
        shutil.rmtree(log)
        Path(elsewhere).chmod(0o755)
        log.symlink_to(Path(elsewhere) / "pg_wal")
        server.start()
        yield server, disk
        server.close()
    subprocess.run(["umount", disk], check=True)  # noqa: S607
    Path(disk).rmdir()


def _mount(*words: str) -> int:
    return subprocess.run(["mount", *words], check=False).returncode  # noqa: S607


def test_a_full_disk_is_said_and_with_more_room_the_move_goes_on(
    homes: Homes, undisturbed: dict[int, Attempt], cramped: tuple[PostgresServer, str]
) -> None:
    server, disk = cramped
    full = move(homes[MANY], server.url())
    assert full.code == 75
    assert "make room there and try again" in full.told[-1]
    assert not _mount("-o", "remount,size=2g", disk)
    goes_on = move(homes[MANY], server.url())
    assert goes_on.tables == undisturbed[MANY].tables
    assert "going on where the last move stood" in goes_on.told
