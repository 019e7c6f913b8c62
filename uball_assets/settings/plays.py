"""The database of games and plays, and tables of plays that people bring.

Belongs here: where it is, and how text is read. Not here: what a row may hold (`domain.plays`).
"""

from __future__ import annotations

from pydantic import (
    BaseModel,
    Field,
    PositiveFloat,
    SecretStr,
    ValidationInfo,
    field_validator,
)

from uball_assets.settings.names import (
    database_address,
)


class PlaysSettings(BaseModel):
    plays_url: str = Field(
        default_factory=lambda data: f"sqlite:///{data['home'] / 'plays.db'}",
        description="The database of games and plays: sqlite:/// and a path, or supabase.",
    )
    plays_encoding: str = Field(
        default="",
        description="What imported tables, and feeds of results, that are neither UTF-8 nor UTF-16 are "
        "written in: cp1252 for an older Windows. Empty: they are refused, for a wrong guess would change "
        "names.",
    )
    supabase_url: str | None = Field(
        default=None, validation_alias="SUPABASE_URL", description="For UBALL_PLAYS_URL=supabase."
    )
    supabase_service_key: SecretStr | None = Field(
        default=None, validation_alias="SUPABASE_SERVICE_KEY", description="For UBALL_PLAYS_URL=supabase."
    )
    supabase_timeout_s: PositiveFloat = Field(
        default=10.0,
        description="How long an answer of the database is waited for, before it is asked again.",
    )

    @field_validator("plays_url")
    @classmethod
    def _database(cls, url: str, info: ValidationInfo) -> str:
        return database_address(url, info.data["checkout"])

    @field_validator("plays_encoding")
    @classmethod
    def _encoding(cls, name: str) -> str:
        try:
            "".encode(name or "utf-8")
        except LookupError as error:
            raise ValueError("no encoding has that name; write cp1252, or leave it empty") from error
        return name
