"""Of all that a league consists of: what a backup holds, and what it does without, and why.

Belongs here: the folders of the training store and of the home, by name. Not here: reading them
(`services.backup.sources`), what is made of each (docs/backup.md tells it to people).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import PurePosixPath

from uball_assets.domain.footage import object_names

RECORD = "record/"
GROUPED = ("evaluations/", "forecasting/", "models/", "moment_models/", "results/", "training_sets/")
"""Of the training store, besides games and the record: what stands in one folder of these, or as one file in
it, was made together and is kept together."""
STORE_LEFT_OUT = {
    "batches/": "questions that a service is answering: asked again",
    "doctor/": "what `uball doctor` writes to see whether it can",
    "set_aside/": "clips that the nightly proof found changed: looked at once, needed by nothing",
}
HOME_LEFT_OUT = {
    "backup": "which backup was the last, on this machine",
    "cache": "made again",
    "circuits": "which services answer now",
    "proof": "what the nightly proof has seen: it looks again",
}
DAGSTER_LEFT_OUT = {
    "compute_logs": "what runs printed: kept in the bucket where UBALL_LOGS_URL names one",
    "opening.lock": "held by who opens it",
    "stores.json": "which stores this home has: told by the settings it is opened with",
}


def group_of(folder: str, name: str) -> str:
    """The folder, or the one file, that an object of `folder` is kept together with."""
    first, slash, _ = name.removeprefix(folder).partition("/")
    return f"{folder}{first}{slash}"


def is_clip(name: str) -> bool:
    """Whether an object of a game can be cut again from its videos."""
    return name.endswith(".mp4") and "/clips/" in name


def clips_wanted(which: str, archived: Collection[str]) -> Callable[[str], bool]:
    """Whether a clip, by its name, is in the backup: `all`, or those of games whose videos are `archived`."""
    return lambda name: which == "all" or object_names.game_of(name) in archived


def is_left_out(relative: PurePosixPath, left_out: Collection[str]) -> bool:
    """Whether a file of a folder is in one of these parts of it, or is being written."""
    return relative.parts[0] in left_out or any(part.startswith(".") for part in relative.parts)
