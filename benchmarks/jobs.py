"""Work for the clip engine in a process of its own, and what it tells about it.

Belongs here: asking. Not here: doing it (`worker`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measure import Cost, cost_of
from benchmarks.plays import Window

CORES = 2
"""What the issue's gates are about."""


@dataclass(frozen=True)
class Job:
    sources: list[str]
    """Paths or URLs."""
    clips: list[tuple[int, float, float]]
    """Which source, from and to (file clock, s)."""
    mode: str
    folder: str
    """Clips are written here, as `clip_<n>.mp4`."""
    workers: int = CORES
    rounds: int = 1
    """How often the clips are cut, from opened videos."""
    with_raw: bool = False
    """After each round, read and write the same bytes without looking at them."""


@dataclass
class JobResult:
    """What a worker tells."""

    opening: Cost
    cutting: list[Cost] = field(default_factory=list)
    """Of each round."""
    raw: list[Cost] = field(default_factory=list)
    clips: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By its number: what a `CutClip` says of itself, or `error`."""
    peak_bytes: int = 0
    """Largest resident memory of the whole process."""

    @property
    def errors(self) -> list[str]:
        return [clip["error"] for clip in self.clips.values() if "error" in clip]


@dataclass(frozen=True)
class Ran:
    """A job's whole process, start of the interpreter included."""

    whole: Cost
    result: JobResult

    @property
    def work(self) -> Cost:
        """Opening the videos and cutting them once, without the start of the interpreter."""
        opening, cutting = self.result.opening, self.result.cutting[0]
        return Cost(opening.wall_s + cutting.wall_s, opening.cpu_s + cutting.cpu_s)


def of_video(video: Path, windows: Sequence[Window], mode: str, folder: Path, **more: Any) -> Job:
    """A job of one video."""
    clips = [(0, window.start_s, window.end_s) for window in windows]
    return Job([str(video)], clips, mode, str(folder), **more)


def run_job(job: Job) -> Ran:
    """In a fresh interpreter. Raises CalledProcessError where the engine gives up."""
    done: list[str] = []

    def work() -> None:
        command = [sys.executable, "-m", "benchmarks.worker"]
        job_json = json.dumps(asdict(job))
        done.append(
            subprocess.run(command, input=job_json, stdout=subprocess.PIPE, check=True, text=True).stdout
        )

    whole = cost_of(work)
    result = json.loads(done[0])
    costs = {name: [Cost(**cost) for cost in result[name]] for name in ("cutting", "raw")}
    return Ran(whole, JobResult(**(result | costs | {"opening": Cost(**result["opening"])})))
