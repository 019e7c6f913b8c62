"""Where Dagster keeps its tables and what runs print, and how long.

Belongs here: the two addresses, and the ages. Not here: what is opened by them (`automation.home_storage`),
or which runs may go (`domain.operating.purging`).
"""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import BaseModel, Field, NonNegativeInt, PositiveInt, SecretStr, field_validator

from uball_assets.domain.store_addresses import bucket_forms
from uball_assets.settings.names import is_bucket


class InstanceSettings(BaseModel):
    instance_url: SecretStr | None = Field(
        default=None,
        description="Where Dagster keeps runs, events and ticks: postgresql://user:password@host:port/name, "
        "with the postgres extra. Empty: SQLite files in the home, for one machine. `uball instance move` "
        "takes along what is there. Secret: it holds a password.",
    )
    logs_url: str = Field(
        default="",
        description="Where that which runs print is kept: gs://bucket/prefix or s3://bucket/prefix. Empty: "
        "files in the home, which another machine does not see.",
    )
    keep_runs_days: PositiveInt = Field(
        default=400,
        description="Runs that ended longer ago leave Dagster (`uball instance purge`), unless something "
        "needs them: the newest of each game stay.",
    )
    keep_runs: PositiveInt = Field(
        default=100_000,
        description="More ended runs than that leave too, the oldest first, with the same care.",
    )
    keep_ticks_days: PositiveInt = Field(
        default=30,
        description="Ticks of sensors and schedules leave after so long, also of those that are no more.",
    )
    keep_ticks: NonNegativeInt = Field(
        default=100, description="The newest ticks of each sensor and schedule stay, however old."
    )

    @field_validator("instance_url")
    @classmethod
    def _postgres(cls, url: SecretStr | None) -> SecretStr | None:
        if url is None or not url.get_secret_value():
            return None
        try:
            parts = urlsplit(url.get_secret_value())
            is_whole = bool(parts.hostname and parts.path.strip("/") and parts.port != 0)
        except ValueError:
            is_whole = False
        if not is_whole or parts.scheme != "postgresql":
            raise ValueError("write it as postgresql://user:password@host:port/database")
        return url

    @field_validator("logs_url")
    @classmethod
    def _bucket(cls, url: str) -> str:
        if url and not is_bucket(url):
            raise ValueError(f"what runs print goes to a bucket ({bucket_forms()}), or stays in the home")
        return url.rstrip("/")
