"""A game's videos from S3 to GCS: `uball migrate` beside rclone, on the same two servers, in one run.

    python -m benchmarks.migrate            4 videos of 256 MiB, then one of 1 GiB; two minutes
    python -m benchmarks.migrate --rounds 3

The servers cost next to nothing (`s3_source`, `gcs_sink`), so that what is compared are the programs. Each
runs as a process of its own, in turns, start included. Both prove the copy by MD5, between the services.

Belongs here: the turns, the table, the gates. Not here: the servers.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import google_crc32c

from benchmarks.measure import machine
from benchmarks.s3_source import BUCKET
from benchmarks.table import Gate, gates_table, table
from uball_assets.adapters.copying.rclone import find_rclone
from uball_assets.adapters.machine.processes import stop
from uball_assets.domain.footage.angles import Angle

MIB = 1024 * 1024
MOST_MEMORY_BYTES = 300 * 10**6
FOLDER = "Games/09-22-2025/game1/"
OURS, RCLONE = "uball migrate", "rclone"

MIGRATE = """
import sys, time, uball_assets.services.migration as migration
from uball_assets.adapters.stores.opening import open_store
source, videos = open_store(sys.argv[1]), open_store("gs://sink")
source.list("warm/"), videos.list("warm/")
begun_s = time.monotonic()
report = migration.migrate_game(source, sys.argv[2], videos, sys.argv[3])
assert report.is_success, report.failures
assert {video.verified for video in report.migrated} == {"md5"}, report
print(time.monotonic() - begun_s)
"""


@dataclass(frozen=True)
class Servers:
    environment: Mapping[str, str]
    s3_url: str
    gcs_url: str


@dataclass(frozen=True)
class Ran:
    wall_s: float
    """The whole process."""
    copy_s: float
    """Without the start of the interpreter; the same as `wall_s` for rclone, which starts in no time."""
    cpu_s: float
    peak_bytes: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--video-mib", type=int, default=256, help="the size of each of four videos")
    parser.add_argument("--large-mib", type=int, default=1024, help="the size of the one video")
    parser.add_argument(
        "--work", type=Path, help="a folder for two files of videos; a temporary one without it"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.work, prefix="uball-bench-") as work:
        four = _video(Path(work, "four.mp4"), options.video_mib)
        large = _video(Path(work, "large.mp4"), options.large_mib)
        games = {
            f"4 videos of {options.video_mib} MiB": dict.fromkeys([f"{angle}.mp4" for angle in Angle], four),
            f"1 video of {options.large_mib} MiB": {"FAR_LEFT.mp4": large},
        }
        print(f"\n{machine()}, {options.rounds} rounds in turns\n")  # noqa: T201
        gates = [gate for name, videos in games.items() for gate in _compare(name, videos, options.rounds)]
        print("\n" + gates_table(gates))  # noqa: T201
    sys.exit(any(gate.ok is False for gate in gates))


def _compare(name: str, videos: Mapping[str, Path], rounds: int) -> list[Gate]:
    """Each once a round, the order turned each round, so that a busy minute falls on both."""
    ran: dict[str, list[Ran]] = {OURS: [], RCLONE: []}
    with _serving(videos) as servers:
        for turn in range(rounds):
            for program in (OURS, RCLONE) if turn % 2 else (RCLONE, OURS):
                copy = _migrate if program == OURS else _rclone
                ran[program].append(copy(servers, f"{program.split()[0]}{turn}"))
    total_bytes = sum(path.stat().st_size for path in videos.values())
    rows = [_row(program, total_bytes, runs) for program, runs in ran.items()]
    print(table([name, "MiB/s", "with its start", "CPU s", "peak MB"], rows) + "\n")  # noqa: T201
    faster = statistics.median(b.copy_s / a.copy_s for a, b in zip(ran[OURS], ran[RCLONE], strict=True))
    peak = max(one.peak_bytes for one in ran[OURS])
    return [
        Gate(f"{name}: throughput against rclone", ">= 1.0x", f"{faster:.2f}x", faster >= 1),
        Gate(f"{name}: memory", "< 300 MB", f"{peak / 1e6:.0f} MB", peak < MOST_MEMORY_BYTES),
    ]


def _row(program: str, total_bytes: int, runs: list[Ran]) -> list[str]:
    def median(name: str) -> float:
        return statistics.median([float(getattr(one, name)) for one in runs])

    mib = total_bytes / MIB
    rates = [f"{mib / median('copy_s'):.0f}", f"{mib / median('wall_s'):.0f}"]
    return [program, *rates, f"{median('cpu_s'):.2f}", f"{median('peak_bytes') / 1e6:.0f}"]


def _migrate(servers: Servers, game_id: str) -> Ran:
    command = [sys.executable, "-c", MIGRATE, f"s3://{BUCKET}", FOLDER, game_id]
    return _run(command, servers.environment, tells_seconds=True)


def _rclone(servers: Servers, game_id: str) -> Ran:
    source = f':s3,provider=Other,env_auth=true,endpoint="{servers.s3_url}":{BUCKET}/{FOLDER}'
    target = f':gcs,anonymous=true,bucket_policy_only=true,endpoint="{servers.gcs_url}/storage/v1/":sink/'
    command = [find_rclone(), "copy", source, f"{target}Games/{game_id}/", "--checksum", "--transfers", "4"]
    command += ["--gcs-no-check-bucket", "--s3-no-check-bucket", "--retries", "1", "--config", ""]
    return _run(command, servers.environment, tells_seconds=False)


def _run(command: list[str], environment: Mapping[str, str], *, tells_seconds: bool) -> Ran:
    begun_s = time.monotonic()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall_s = time.monotonic() - begun_s
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command[0])
    copy_s = float(output) if tells_seconds else wall_s
    return Ran(wall_s, copy_s, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


@contextmanager
def _serving(videos: Mapping[str, Path]) -> Iterator[Servers]:
    sums = {path: _checksums(path) for path in set(videos.values())}
    objects = {f"{FOLDER}{name}": [str(path), sums[path][0]] for name, path in videos.items()}
    known = {crc32c: md5 for md5, crc32c in sums.values()}
    with _server("benchmarks.s3_source", objects) as s3_url, _server("benchmarks.gcs_sink", known) as gcs_url:
        environment = os.environ | {
            "AWS_ENDPOINT_URL_S3": s3_url,
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": os.devnull,
            "STORAGE_EMULATOR_HOST": gcs_url,
        }
        yield Servers(environment, s3_url, gcs_url)


@contextmanager
def _server(module: str, argument: object) -> Iterator[str]:
    command = [sys.executable, "-m", module, json.dumps(argument)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            stop(process)


def _video(path: Path, size_mib: int) -> Path:
    """Any bytes: nobody looks at the pictures."""
    draw = Random(size_mib)
    with path.open("wb") as file:
        for _ in range(size_mib):
            file.write(draw.randbytes(MIB))
    return path


def _checksums(path: Path) -> tuple[str, str]:
    md5, crc32c = hashlib.md5(usedforsecurity=False), 0
    with path.open("rb") as file:
        while block := file.read(MIB):
            md5.update(block)
            crc32c = google_crc32c.extend(crc32c, block)
    return md5.hexdigest(), base64.b64encode(crc32c.to_bytes(4, "big")).decode()


if __name__ == "__main__":
    main()
