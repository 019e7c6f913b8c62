"""The warehouse: where the league's tables of games, lines, features and forecasts lie.

Belongs here: its address. Not here: where results come from (`results`), what forecasts are made of
(`forecasts`).
"""

from __future__ import annotations

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from uball_assets.settings.names import warehouse_address


class WarehouseSettings(BaseModel):
    warehouse_url: str = Field(
        default_factory=lambda data: str(data["home"] / "warehouse"),
        description="Where the tables of games, lines, features and forecasts lie: a folder, or "
        "bigquery://project/dataset (a dataset that is there; needs the gcp extra).",
    )
    bigquery_url: str = Field(
        default="",
        description="Another address of BigQuery: a test server, asked without a login. Empty: Google's.",
    )

    @field_validator("warehouse_url")
    @classmethod
    def _address(cls, url: str, info: ValidationInfo) -> str:
        return warehouse_address(url, info.data["checkout"])
