"""Where backups of the league are put, who can read them, and how many are kept.

Belongs here: the place, the keys' names, the calendar. Not here: what belongs into a backup
(`domain.backup.coverage`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, PositiveInt, ValidationInfo, field_validator
from pydantic_settings import NoDecode

from uball_assets.domain.errors import Permanent
from uball_assets.domain.learning.due.cron import OFF, Cron
from uball_assets.settings.names import parts, store_address


class BackupSettings(BaseModel):
    backup_url: str = Field(
        default="",
        description="Where `uball backup` puts backups: a folder on another disk, gs://bucket/folder or "
        "s3://bucket/folder, of this league alone. Empty: nothing is backed up.",
    )
    backup_recipients: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Who can read them: public keys of age (age1...) or SSH, with commas. Empty: they are "
        "not encrypted, and only the bucket's own key protects them.",
    )
    backup_identity: Path | None = Field(
        default=None,
        description="The file with the private key, needed by `uball restore` and `uball verify --backup` "
        "alone. Keep it where the league's machine is not.",
    )
    backup_clips: Literal["archived", "all"] = Field(
        default="archived",
        description="Which clips are in it. archived: of games whose videos were put away (uball archive), "
        "for the others' are cut again from their videos. all: the largest part of a league twice.",
    )
    backup_keep: PositiveInt = Field(
        default=30, description="So many backups are kept, the newest; the daily one takes the others away."
    )
    backup_cron: str = Field(
        default="15 1 * * *",
        description="When the daily one is made, in UBALL_TIME_ZONE: 01:15, before the night's work. off: "
        "never.",
    )

    @field_validator("backup_url")
    @classmethod
    def _place(cls, url: str, info: ValidationInfo) -> str:
        return store_address(url, info.data["checkout"]) if url else ""

    @field_validator("backup_recipients", mode="before")
    @classmethod
    def _recipients(cls, value: Any) -> Any:
        return parts(value)

    @field_validator("backup_identity")
    @classmethod
    def _identity(cls, file: Path | None, info: ValidationInfo) -> Path | None:
        return Path(info.data["checkout"]) / file.expanduser() if file else None

    @field_validator("backup_cron")
    @classmethod
    def _calendar(cls, text: str) -> str:
        if text != OFF:
            try:
                Cron.parse(text)
            except Permanent as error:
                raise ValueError(str(error)) from error
        return text
