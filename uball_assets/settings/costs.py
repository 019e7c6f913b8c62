"""What paid services may cost, and what they ask.

Belongs here: ceilings, alerts and prices. Not here: what was spent (the record).
"""

from __future__ import annotations

from pydantic import (
    BaseModel,
    Field,
    NonNegativeFloat,
    PositiveInt,
    field_validator,
)

from uball_assets.domain.errors import Permanent
from uball_assets.domain.spending.cost import Ceilings, Price, parse_prices
from uball_assets.domain.spending.service_prices import ServicePrice, parse_service_prices


class CostSettings(BaseModel):
    ceiling_job_usd: NonNegativeFloat = Field(
        default=50.0, description="No paid job is submitted that is estimated to cost more."
    )
    ceiling_month_usd: NonNegativeFloat = Field(
        default=200.0, description="No paid job is submitted that takes the calendar month beyond this."
    )
    ceiling_shadow_usd: NonNegativeFloat = Field(
        default=50.0,
        description="What a model in shadow, or the champion beside a canary, may cost in a month: their "
        "answers are only compared. Beyond it they are not asked, and games go on.",
    )
    alert_day_usd: NonNegativeFloat = Field(
        default=5.0,
        description="`uball status` alerts when a day has cost more: paid jobs, storage, egress and compute, "
        "as far as they have a price. It refuses nothing; the ceilings do.",
    )
    alert_errors_per_hour: PositiveInt = Field(
        default=3,
        description="`uball status` alerts when so many runs failed within the last hour: one fails by "
        "itself, several have a cause.",
    )
    prices: str = Field(
        default="",
        description="Prices that replace those of uball_assets/domain/spending (cost.py, service_prices.py), "
        "as JSON; `uball costs` shows both tables with their sources.",
    )

    @property
    def price_table(self) -> tuple[Price, ...]:
        return parse_prices(self.prices)

    @property
    def service_price_table(self) -> tuple[ServicePrice, ...]:
        return parse_service_prices(self.prices)

    @property
    def ceilings(self) -> Ceilings:
        return Ceilings(self.ceiling_job_usd, self.ceiling_month_usd)

    @field_validator("prices")
    @classmethod
    def _prices(cls, text: str) -> str:
        try:
            parse_prices(text)
            parse_service_prices(text)
        except Permanent as error:
            raise ValueError(str(error)) from error
        return text
