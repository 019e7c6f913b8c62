"""What the assets of a game leave for each other: counts, losses and the facts of what was made.

Belongs here: the form of these documents (`adapters.stores.documents` stores them). Not here: how they come
about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from uball_assets.domain.clipping.empty_windows import EmptyWindow
from uball_assets.domain.errors import Quarantined
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.teams import Teams
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.plays.lost_times import LostTimes
from uball_assets.domain.plays.plays import Play
from uball_assets.domain.plays.splits import on_both_sides


@dataclass(frozen=True)
class PlaysReport:
    row_count: int
    plays_version: str
    """The database's token for this game's rows, read before the rows were."""
    quarantined: tuple[Quarantined, ...]
    respelled_count: int = 0
    """Labels and times that the rows spell otherwise (`plays.respelled_count`)."""
    notes: tuple[str, ...] = ()
    """What else is read otherwise than it is written (`columns.reading_notes`)."""
    teams: Teams | None = None
    """Who plays, where the row of `games` tells two colours."""
    teams_hash: str | None = None
    """What that row told (`teams.teams_hash`); None before teams were watched."""
    row_complaints: tuple[str, ...] = ()
    """What in that row cannot be (`game_row.row_complaints`)."""
    lost_times: LostTimes | None = None
    """Where plays may be that no sound row tells; None before anybody looked."""


@dataclass(frozen=True)
class Clip:
    """One accepted clip: cut, decoded and counted."""

    play_id: str
    angle: Angle
    name: str
    key: str
    """Hash of source, window and recipe (`clips.content_key`)."""
    start_file_s: float
    """Its first frame in the file's clock: the clip's time 0."""
    sync_offset_s: float
    timestamp_clip_s: float | None
    """The play's primary event in the clip's own clock, as a model sees it: stretched in slow motion."""
    duration_s: float
    """In the clip's own clock too: `slow_motion` times the seconds of video that it shows."""
    frame_count: int
    size_bytes: int
    clamped: bool
    """The play ran past the file's end (or began before its start): the clip is shorter than the play."""
    slow_motion: float = 1.0
    """Seconds of the clip for each second of video; documents from before it was recorded mean 1."""
    mode_used: str = "reencode"
    """`clips.Mode`: the recipe's, or what replaced it."""
    copied_count: int = 0
    """Frames that are the video's own, bit for bit."""
    reason: str = ""
    """Why another mode than the recipe's was used, or nothing could be copied."""
    bytes_hash: str = ""
    """Of the clip's own bytes; '' for one that was cut before it was kept."""
    flaws: str = ""
    """`black`, `frozen`, `blurred`, with commas; '' where it shows enough, or was not looked at."""
    brightness: float | None = None
    """Mean level of its pictures, 0 to 255; None where it was not looked at."""
    sharpness: float | None = None
    """Mean variance of their Laplacian, small as they are looked at (`vision.flaws`)."""

    @property
    def marks(self) -> frozenset[str]:
        """What tells its content from any other's: two clips that share one show the same."""
        return frozenset({self.key, self.bytes_hash} - {""})


@dataclass(frozen=True)
class CameraClips:
    """One camera's clips of one game. Writing this document is what makes them count."""

    game_id: str
    angle: Angle
    plays_hash: str
    """The plays that they were cut for (`plays.plays_hash`)."""
    wanted: int
    """Plays on this camera's side."""
    clips: tuple[Clip, ...]
    quarantined: tuple[Quarantined, ...]
    lost_keys: tuple[str, ...] = ()
    """Content keys of clips that were planned and not cut: they are tried again (`learning.lacking`)."""
    empties: tuple[Clip, ...] = ()
    """Of empty windows (`empty_windows`): their `play_id` is the window's."""

    @property
    def all_clips(self) -> tuple[Clip, ...]:
        """All that it has in the game's folder."""
        return (*self.clips, *self.empties)


@dataclass(frozen=True)
class ExampleLine:
    """The side manifest of one JSONL line: what the line itself must not hold."""

    split: Literal["train", "validation"]
    clip_uri: str
    clip: Clip


def shared_clips(lines: Sequence[ExampleLine]) -> list[tuple[Clip, Clip]]:
    """A clip that is learned from, and one that measures and shows the same, under whatever name."""
    train, validation = (
        [(line.clip, line.clip.marks) for line in lines if line.split == side]
        for side in ("train", "validation")
    )
    return list(on_both_sides(train, validation))


def examples_hash(texts: Mapping[str, str], lines: Sequence[ExampleLine]) -> str:
    """Changes when a byte of either JSONL file does (`texts`, by split) or a clip of one of its lines."""
    return content_hash([dict(texts), [line.clip.key for line in lines]])


@dataclass(frozen=True)
class ExamplesVersion:
    """A game's examples as they stood once: of each play a short hash of each thing that an edit changes."""

    examples_hash: str
    plays: dict[str, tuple[str, str, str, str, str]]
    """By play: its labels, window, players, clips and note (`learning.edits`)."""


@dataclass(frozen=True)
class GameExamplesReport:
    """A game's examples as they enter training: the lines' facts and the plays that they teach."""

    game_id: str
    examples_hash: str
    """See `examples_hash`."""
    lines: tuple[ExampleLine, ...]
    plays: tuple[Play, ...]
    teams: Teams | None = None
    """As the lines' prompts name them."""
    earlier: tuple[ExamplesVersion, ...] = ()
    """What the game's examples were before, the newest first."""
    empties: tuple[EmptyWindow, ...] = ()
    """Windows without a play that have a line, and why they count as empty."""
