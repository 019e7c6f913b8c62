"""Where games' videos arrive, who copies them, and where they are kept.

Belongs here: addresses and the way between them. Not here: the accounts they need (`cloud`).
"""

from __future__ import annotations

from typing import Literal

from pydantic import (
    BaseModel,
    Field,
    ValidationInfo,
    field_validator,
)

from uball_assets.domain.store_addresses import bucket_forms
from uball_assets.settings.names import (
    is_bucket,
    store_address,
)


class VideoSettings(BaseModel):
    videos_url: str = Field(
        default_factory=lambda data: str(data["home"] / "videos"),
        description="Where games' videos stand, as Games/{game_id}/{ANGLE}.mp4: a folder, gs://bucket or "
        "s3://bucket. A folder needs no account.",
    )
    source_url: str = Field(
        default="",
        description="Where raw videos arrive, if not where they are kept: s3://bucket. raw_videos and `uball "
        "migrate` copy a game's files from there to UBALL_VIDEOS_URL. Empty: they stay where they arrive.",
    )
    source_requester_pays: bool = Field(
        default=False,
        description="Whether this account pays for reading UBALL_SOURCE_URL, where its owner wants that "
        "(requester pays).",
    )
    copy_engine: Literal["stream", "rclone", "sts"] = Field(
        default="stream",
        description="Who copies from UBALL_SOURCE_URL: this program, an rclone of yours, or Google's Storage "
        "Transfer Service (above a terabyte).",
    )
    transfer_role_arn: str = Field(
        default="",
        description="For UBALL_COPY_ENGINE=sts: the AWS role that may read UBALL_SOURCE_URL; "
        "deploy/terraform/aws prints it.",
    )

    @field_validator("videos_url")
    @classmethod
    def _videos(cls, url: str, info: ValidationInfo) -> str:
        return store_address(url, info.data["checkout"])

    @field_validator("source_url")
    @classmethod
    def _source(cls, url: str) -> str:
        if url and not is_bucket(url):
            raise ValueError(
                f"videos are copied from a bucket only; name {bucket_forms()}, or leave it empty"
            )
        return url
