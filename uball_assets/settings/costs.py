"""What paid services may cost, and what they ask.

Belongs here: ceilings and prices. Not here: what was spent (the record).
"""

from __future__ import annotations

from pydantic import (
    BaseModel,
    Field,
    NonNegativeFloat,
    field_validator,
)

from uball_assets.domain.errors import Permanent
from uball_assets.domain.spending.cost import Ceilings, Price, parse_prices


class CostSettings(BaseModel):
    ceiling_job_usd: NonNegativeFloat = Field(
        default=50.0, description="No paid job is submitted that is estimated to cost more."
    )
    ceiling_month_usd: NonNegativeFloat = Field(
        default=200.0, description="No paid job is submitted that takes the calendar month beyond this."
    )
    prices: str = Field(
        default="",
        description="Prices that replace those of uball_assets/domain/spending/cost.py, as JSON; "
        "`uball costs` shows the table with its sources.",
    )

    @property
    def price_table(self) -> tuple[Price, ...]:
        return parse_prices(self.prices)

    @property
    def ceilings(self) -> Ceilings:
        return Ceilings(self.ceiling_job_usd, self.ceiling_month_usd)

    @field_validator("prices")
    @classmethod
    def _prices(cls, text: str) -> str:
        try:
            parse_prices(text)
        except Permanent as error:
            raise ValueError(str(error)) from error
        return text
