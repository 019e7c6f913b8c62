"""What an engine is asked to copy, and what it answers.

Belongs here: the words between `migration` and its engines (`stream`, `rclone`,
`transfer_service`). Not here: any rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from uball_assets.adapters.copying.source import Source
from uball_assets.adapters.stores.object_store import AlreadyExists, ObjectInfo
from uball_assets.domain.errors import Permanent, UballError

OnBytes = Callable[[int], None]
"""Called with the number of bytes that were read, as they come; from many threads."""


@dataclass(frozen=True)
class Job:
    source: Source
    target: str
    version: str | None = None
    """What of the target may be replaced; None: nothing is there."""


@dataclass(frozen=True)
class Copied:
    info: ObjectInfo
    """The target as it is now, with what is kept with it."""
    proof: str
    """`Migrated.verified`."""


Outcome = Copied | UballError | AlreadyExists
Engine = Callable[[Sequence[Job], OnBytes], Mapping[str, Outcome]]
"""An outcome for every job, by its target; one video's failure costs only that video."""


def below(jobs: Sequence[Job]) -> tuple[str, str, list[str]]:
    """The folder at the source, the one at the target, and the videos' names below both.

    Permanent where the videos do not keep their names; `domain.footage.migration.plan` makes no such.
    """
    source, target = jobs[0].source.info.name, jobs[0].target
    parts = source.split("/")
    for depth in range(1, len(parts) + 1):
        end = "/".join(parts[-depth:])
        if not target.endswith(f"/{end}"):
            break
        folder, goes = source.removesuffix(end), target.removesuffix(end)
        names = [job.source.info.name.removeprefix(folder) for job in jobs]
        if all(job.target == goes + name for job, name in zip(jobs, names, strict=True)):
            return folder, goes, names
    raise Permanent("videos that are renamed on the way cannot be copied so; use --engine stream")
