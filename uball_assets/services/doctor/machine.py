"""What the platform needs of this machine: the libraries it was tested with, ffmpeg, and room on the disk.

Belongs here: what can be seen without a service. Not here: settings, which are checked as they are read.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Collection, Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from uball_assets.services.doctor.findings import Finding, fault, ok, skipped, warn

if TYPE_CHECKING:
    from packaging.requirements import Requirement

ROOM_BYTES = 10_000_000_000
"""One camera's video: with less, a download or an export may not fit."""
LEAST_ROOM_BYTES = 1_000_000_000
"""With less, the record and Dagster's own files are in danger."""


def look_at_libraries(extras: Collection[str], distribution: str = "uball_assets") -> Iterator[Finding]:
    """The libraries of these extras: are they installed, in a version that this platform allows?"""
    from packaging.requirements import Requirement

    if not extras:
        yield skipped("libraries", "no service is configured that needs one")
    for line in metadata.requires(distribution) or []:
        need = Requirement(line)
        for extra in extras:
            if need.marker and need.marker.evaluate({"extra": extra}):
                yield _library(need, extra)


def _library(need: Requirement, extra: str) -> Finding:
    check, remedy = f"library: {need.name}", f"pip install -c constraints.txt -e '.[{extra}]'"
    try:
        found = metadata.version(need.name)
    except metadata.PackageNotFoundError:
        return fault(check, "not installed", remedy)
    if need.specifier.contains(found, prereleases=True):
        return ok(check, found)
    return fault(check, f"{found} is installed, {need.specifier} is needed", remedy)


def look_at_ffmpeg(program: str) -> Iterator[Finding]:
    """It is run once, for its version."""
    try:
        done = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=10, check=True)  # noqa: S603 - the configured program
    except (OSError, subprocess.SubprocessError) as error:
        seen = f"{program} does not run ({type(error).__name__})"
        yield fault("ffmpeg", seen, "leave UBALL_FFMPEG empty for the shipped one, or name one that runs")
        return
    yield ok("ffmpeg", " ".join(done.stdout.split()[:3]))


def look_at_disk(folder: Path) -> Iterator[Finding]:
    there = next(place for place in (folder, *folder.parents) if place.exists())
    free_bytes = shutil.disk_usage(there).free
    seen = f"{free_bytes / 1e9:,.1f} GB free at {folder}"
    remedy = "free some room, or set UBALL_HOME to another disk; .uball/cache may be deleted at any time"
    if free_bytes < LEAST_ROOM_BYTES:
        yield fault("disk", seen, remedy)
    elif free_bytes < ROOM_BYTES:
        yield warn("disk", seen, remedy)
    else:
        yield ok("disk", seen)
