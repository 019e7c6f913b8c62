"""Where the pages and the HTTP API are served, and what they take.

Belongs here: addresses and limits of `uball serve`. Not here: who may do what (`uball keys`).
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field, PositiveFloat, PositiveInt, field_validator
from pydantic_settings import NoDecode

from uball_assets.settings.names import parts


class AppSettings(BaseModel):
    serve_host: str = Field(
        default="127.0.0.1",
        description="Where `uball serve` listens. Any address but this machine's own needs a key first "
        "(`uball keys add`).",
    )
    serve_port: PositiveInt = Field(default=8000, le=65535, description="And on which of its ports.")
    serve_names: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Names that the pages are reached by besides this machine's own, as behind a proxy "
        "(league.example.org): a request for another name is refused. '' takes any on another address.",
    )
    app_url: str = Field(
        default="",
        description="Where people reach the pages, for Dagster's links to them: https://league.example.org. "
        "Without it: where `uball serve` listens.",
    )
    dagster_url: str = Field(
        default="",
        description="Where Dagster's webserver is, which starts and cancels jobs. Without it: where `uball "
        "dev` of this home was started last, else http://127.0.0.1:3000.",
    )
    requests_a_minute: PositiveInt = Field(
        default=1200,
        description="So many requests a key may make in a minute; beyond, it is told to wait. A reviewer's "
        "page makes some ten a play.",
    )
    body_limit_bytes: PositiveInt = Field(
        default=64_000, description="The longest body that a request may have."
    )
    body_limit_s: PositiveFloat = Field(
        default=10.0, description="A body that takes longer to arrive is refused."
    )

    @property
    def app_address(self) -> str:
        """Without a slash at its end."""
        return self.app_url.rstrip("/") or f"http://{self.serve_host}:{self.serve_port}"

    @field_validator("dagster_url")
    @classmethod
    def _webserver(cls, url: str) -> str:
        if url.startswith("postgres"):
            raise ValueError("this is where Dagster's pages are; its database is UBALL_INSTANCE_URL")
        return url

    @field_validator("serve_names", mode="before")
    @classmethod
    def _names(cls, value: Any) -> Any:
        return parts(value)
