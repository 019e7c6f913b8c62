"""Where trainings are tracked, of every family of models.

Belongs here: the tracker's address and how long it is waited for. Not here: what trains (`training`).
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, Field, PositiveFloat, ValidationInfo, field_validator


class TrackingSettings(BaseModel):
    tracking_url: str = Field(
        default_factory=lambda data: str(data["home"] / "tracking"),
        description="Where MLflow keeps what each training was told and how it went: a folder, a tracking "
        "server's http address, or off. Needs the tracking extra; without it nothing is tracked.",
    )
    tracking_limit_s: PositiveFloat = Field(
        default=60.0,
        description="How long a training waits for the tracker before it goes on without.",
    )

    @field_validator("tracking_url")
    @classmethod
    def _tracker(cls, url: str, info: ValidationInfo) -> str:
        scheme, separator, _ = url.partition("://")
        if separator and scheme not in ("http", "https"):
            raise ValueError("no tracker has such an address; use a folder, http://, https:// or off")
        if separator or url == "off":
            return url
        return str(info.data["checkout"] / Path(url).expanduser())
