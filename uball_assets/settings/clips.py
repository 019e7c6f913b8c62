"""How clips are cut and proved.

Belongs here: the recipe and the machine's part in it. Not here: what is made of it (`media.cutting`).
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    Field,
    PositiveFloat,
    PositiveInt,
    field_validator,
    model_validator,
)
from pydantic_settings import NoDecode

from uball_assets.domain.clipping.clips import FASTEST_FRAME_RATE, SLOWEST_MOTION, Codec, Mode, Recipe
from uball_assets.domain.hashing import content_hash
from uball_assets.settings.names import parts

_RECIPE = Recipe()
READERS = 1
"""Raised where a reader learns to read what it refused before: what was left out for that is tried again."""


def _usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class ClipSettings(BaseModel):
    clip_mode: Mode = Field(
        default=Mode(_RECIPE.mode),
        description="How clips are cut. smart re-encodes the seams and copies the rest; edit and keyframe "
        "copy everything; reencode makes every frame anew. Changing it cuts every clip again.",
    )
    clip_crf: int = Field(
        default=_RECIPE.crf,
        ge=0,
        le=51,
        description="Quality of the frames of clips that are made anew, lower is better. 20 cannot be told "
        "from the source at a seam; take 18 for UBALL_CLIP_MODE=reencode. Changing it cuts every clip again.",
    )
    clip_height_px: PositiveInt | None = Field(
        default=_RECIPE.height_px,
        multiple_of=2,
        description="Height of cut clips. Empty keeps the source's: jersey numbers are small. Changing it "
        "cuts every clip again. Needs UBALL_CLIP_MODE=reencode.",
    )
    clip_frame_rate: PositiveFloat | None = Field(
        default=_RECIPE.frame_rate,
        le=FASTEST_FRAME_RATE,
        description="Frames a second of cut clips, all equally long. Empty keeps each frame at its own time. "
        "Changing it cuts every clip again. Needs UBALL_CLIP_MODE=reencode.",
    )
    clip_slow_motion: float = Field(
        default=_RECIPE.slow_motion,
        ge=1,
        le=SLOWEST_MOTION,
        description="How many times longer clips show each frame, without sound: services that look once a "
        "second see more of a play. Changing it cuts every clip again. Needs UBALL_CLIP_MODE=reencode.",
    )
    clip_codec: Codec = Field(
        default=Codec(_RECIPE.codec),
        description="What clips are coded in: h264, or h265, which is smaller, several times slower to make "
        "and shown by fewer browsers. Changing it cuts every clip again. Needs UBALL_CLIP_MODE=reencode.",
    )
    clip_proof: Literal["first", "every"] = Field(
        default="first",
        description="What is decoded again before clips count: some frames of each sound camera's first "
        "clip, or every frame of every clip, at three times the cost. All are proved by their bytes and "
        "their index; a damaged camera's are always decoded.",
    )
    clip_timeout_s: PositiveFloat = Field(
        default=60.0,
        le=3600.0,
        description="Seconds after which the cutting of one clip is given up: that clip is lost with its "
        "reason, the rest of its camera goes on. A clip of 1080p takes one to ten.",
    )
    clip_refuse: Annotated[tuple[Literal["black", "frozen", "blurred"], ...], NoDecode] = Field(
        default=(),
        description="Clips that are kept out of training by what they show, with commas: black, frozen, "
        "blurred. None: they are told only. Clips of modes edit and keyframe are not looked at.",
    )
    empty_examples_share: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="Share of the plays that also give the stretch behind them, where nobody wrote one down, "
        "as an example of no play, cut as two clips more; as two in three are too close to the next play, "
        "0.5 makes one example in six such a one. 0: none, and a model tells a play of whatever it is shown.",
    )
    workers: int = Field(
        default_factory=_usable_cores,
        ge=1,
        le=256,
        description="Clips cut and looked at side by side. One a core: more only wait for each other.",
    )
    ffmpeg: str = Field(
        default="",
        description="An ffmpeg of yours, by path or name. Empty: the one that is installed with the package, "
        "the same on every machine.",
    )

    @property
    def quarantine_causes(self) -> str:
        """What decides, beside a video itself, which clips are left out: where it changes, they are tried
        again."""
        return content_hash([sorted(self.clip_refuse), self.clip_timeout_s, READERS])

    @property
    def recipe(self) -> Recipe:
        return Recipe(
            mode=self.clip_mode,
            crf=self.clip_crf,
            height_px=self.clip_height_px,
            frame_rate=self.clip_frame_rate,
            slow_motion=self.clip_slow_motion,
            codec=self.clip_codec,
        )

    @field_validator("clip_refuse", mode="before")
    @classmethod
    def _flaws(cls, value: Any) -> Any:
        return parts(value)

    @field_validator("ffmpeg")
    @classmethod
    def _executable(cls, ffmpeg: str) -> str:
        found = shutil.which(str(Path(ffmpeg).expanduser())) if ffmpeg else ""
        if found is None:
            raise ValueError("no program of that name or path can be run; leave it empty for the shipped one")
        return found

    @model_validator(mode="after")
    def _clips(self) -> Self:
        asked = {
            "UBALL_CLIP_HEIGHT_PX": self.clip_height_px is not None,
            "UBALL_CLIP_FRAME_RATE": self.clip_frame_rate is not None,
            "UBALL_CLIP_SLOW_MOTION": self.clip_slow_motion != 1,
            "UBALL_CLIP_CODEC": self.clip_codec != Codec.H264,
        }
        names = ", ".join(name for name, is_asked in asked.items() if is_asked)
        if names and self.clip_mode != Mode.REENCODE:
            raise ValueError(
                f"UBALL_CLIP_MODE={self.clip_mode} copies frames as they were filmed, which {names} would "
                f"change: set UBALL_CLIP_MODE=reencode, or leave {names} empty"
            )
        return self
