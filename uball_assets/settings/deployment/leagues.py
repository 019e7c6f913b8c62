"""Several leagues in one deployment: what this one is called, and where Dagster's files are that they share.

Belongs here: those two. Not here: the league's own home, stores and keys, which are settings like any other.
"""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import BaseModel, Field, ValidationInfo, field_validator

_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST = 30


class LeagueSettings(BaseModel):
    league_slug: str = Field(
        default="",
        validation_alias="UBALL_LEAGUE",
        description="Where several leagues share one Dagster: this one's name there, that of its code "
        "location, as winter-league. Its assets, partitions, pools and runs bear it. Empty: there is one "
        "league.",
    )
    instance_folder: Path = Field(
        default_factory=lambda data: data["home"] / "dagster",
        description="Dagster's own tables, logs and files. Leagues that share one Dagster name one folder, "
        "or one database.",
    )

    @field_validator("league_slug")
    @classmethod
    def _slug(cls, name: str) -> str:
        return league_name(name) if name else ""

    @field_validator("instance_folder")
    @classmethod
    def _instance(cls, folder: Path, info: ValidationInfo) -> Path:
        return Path(info.data["checkout"]) / folder.expanduser()


def league_name(name: str) -> str:
    """Raises ValueError where a league cannot be called so."""
    if not _SLUG.fullmatch(name) or len(name) > _LONGEST:
        raise ValueError(
            f"a league's name is at most {_LONGEST} small letters and digits, and single dashes between"
        )
    return name


def name_of_home(home: Path, checkout: Path) -> str:
    """What a league without a name is called: `uball` is one's own, `uball-demo` the demo's."""
    if home == checkout / ".uball":
        return "uball"
    return "uball-" + (re.sub(r"[^A-Za-z0-9]+", "-", home.name).strip("-") or "home")
