"""Where a league lives on this machine: its home, and the checkout that the program is run from.

Belongs here: the two folders and what follows from them. Not here: stores and databases (`videos`,
`training`, `plays`), which may be elsewhere.
"""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import (
    BaseModel,
    Field,
    ValidationInfo,
    field_validator,
)

DEMO_HOME = Path(".uball/demo")
"""The demo is a league of its own, beside one's own."""


def find_checkout() -> Path:
    """The folder with this platform's workspace.yaml: that of DAGSTER_HOME, else the nearest around the
    current folder, else the one this package was installed from; else the current folder."""
    here = Path.cwd()
    named = [Path(os.environ["DAGSTER_HOME"])] if os.environ.get("DAGSTER_HOME") else []
    candidates = [*named, here, *here.parents, Path(__file__).resolve().parents[2]]
    return next((folder for folder in candidates if _is_checkout(folder)), here)


def _is_checkout(folder: Path) -> bool:
    try:
        return "uball_assets" in (folder / "workspace.yaml").read_text()
    except (OSError, UnicodeDecodeError):
        return False


class HomeSettings(BaseModel):
    checkout: Path = Field(
        default_factory=find_checkout,
        description="The folder with workspace.yaml and dagster.yaml; relative paths count from it.",
    )
    home: Path = Field(
        default=Path(".uball"),
        description="A league: all that the embedded profile writes is under it, the pages of its runs too; "
        "one folder to look at, back up or delete. `uball demo` has its own, .uball/demo.",
    )

    @property
    def holds_demo(self) -> bool:
        """Whether `uball demo` has played here, in this version or one that had no home for it."""
        return (self.home / "demo.lock").exists() or (self.home / "demo" / "contact_sheet.png").exists()

    @property
    def cache(self) -> Path:
        """What can be deleted at any time and is made again."""
        return self.home / "cache"

    @field_validator("checkout")
    @classmethod
    def _absolute(cls, folder: Path) -> Path:
        return folder.expanduser().absolute()

    @field_validator("home")
    @classmethod
    def _from_checkout(cls, home: Path, info: ValidationInfo) -> Path:
        place = Path(info.data["checkout"]) / home.expanduser()
        if place.exists() and not place.is_dir():
            raise ValueError("it is a file; name a folder")
        return place
