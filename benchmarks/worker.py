"""The clip engine in a process of its own: cuts what it is told, and tells what that cost.

Belongs here: using the engine as any program would. Not here: what the numbers are compared with. Started by
`jobs.run_job` as `python -m benchmarks.worker`, with a job as JSON on its standard input.
"""

from __future__ import annotations

import json
import resource
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from benchmarks.jobs import Job, JobResult
from benchmarks.measure import cost_of
from uball_assets.adapters.videos.http_ranges import HttpRanges
from uball_assets.domain.clipping.clips import Recipe
from uball_assets.domain.errors import UballError
from uball_assets.media.bytes.ranges import FileRanges, Ranged
from uball_assets.media.cutting.batch import Wanted, cut_all
from uball_assets.media.cutting.plan import CutClip, Tools
from uball_assets.media.videos.video import Video, open_video

TOLD = ("frame_count", "first_s", "duration_s", "copied_count", "mode_used", "reason", "size_bytes")


class Recorded:
    """A source that remembers which ranges were asked for."""

    def __init__(self, source: Ranged) -> None:
        self.name, self.size_bytes, self.local_path = source.name, source.size_bytes, source.local_path
        self.requests: list[tuple[int, int]] = []
        self._source, self._lock = source, threading.Lock()

    def read_range(self, offset: int, length: int) -> bytes:
        with self._lock:
            self.requests.append((offset, length))
        return self._source.read_range(offset, length)


def do(job: Job) -> JobResult:
    folder = Path(job.folder)
    with ExitStack() as stack:
        videos: list[Video] = []
        sources: list[Recorded] = []

        def open_all() -> None:
            with ThreadPoolExecutor(len(job.sources)) as threads:
                for source in threads.map(_opened, job.sources):
                    stack.callback(source.close)
                    sources.append(Recorded(source))
                videos.extend(threads.map(lambda source: open_video(source, folder), sources))

        result = JobResult(cost_of(open_all))
        for _ in range(job.rounds):
            for source in sources:
                source.requests.clear()
            result.cutting.append(cost_of(lambda: _cut(job, videos, folder, result)))
            if job.with_raw:
                result.raw.append(cost_of(lambda: _copy_raw(sources, folder, job.workers)))
    result.peak_bytes = _peak_bytes()
    return result


def _cut(job: Job, videos: Sequence[Video], folder: Path, result: JobResult) -> None:
    wanted = [
        Wanted(videos[video], start_s, end_s, str(number))
        for number, (video, start_s, end_s) in enumerate(job.clips)
    ]

    def done(one: Wanted, clip: CutClip | UballError) -> None:
        if isinstance(clip, UballError):
            result.clips[one.name] = {"error": str(clip)}
            return
        result.clips[one.name] = {name: getattr(clip, name) for name in TOLD}
        with (folder / f"clip_{one.name}.mp4").open("wb") as file:
            file.writelines(clip.parts)

    cut_all(wanted, Recipe(mode=job.mode), Tools(work_folder=folder), job.workers, done)


def _copy_raw(sources: Sequence[Recorded], folder: Path, workers: int) -> None:
    """The same ranges from the same sources to as many files, by as many threads."""
    requests = [(source, *place) for source in sources for place in list(source.requests)]

    def copy(number: int) -> None:
        source, offset, length = requests[number]
        with (folder / f"raw_{number}.bin").open("wb") as file:
            file.write(source.read_range(offset, length))

    with ThreadPoolExecutor(workers) as threads:
        list(threads.map(copy, range(len(requests))))


def _opened(name: str) -> HttpRanges | FileRanges:
    return HttpRanges(name) if name.startswith("http") else FileRanges(Path(name))


def _peak_bytes() -> int:
    """Linux's own count where there is one: the other begins with what the parent process held."""
    status = Path("/proc/self/status")
    if status.exists():
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    json.dump(asdict(do(Job(**json.load(sys.stdin)))), sys.stdout)
