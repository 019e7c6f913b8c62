"""The plan of a training: what it would read, take and cost, and what is against it. It spends nothing.

Belongs here: adding up. Not here: the limits (`preflight`), prices and ceilings (`cost`), or whether a
training is due (`retrain`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from uball_assets.domain.errors import Permanent, Quarantined
from uball_assets.domain.spending.base_models import BaseModel, days_left, retirement_warning
from uball_assets.domain.spending.cost import PRICES_FORM, Price, find_price, money, usd
from uball_assets.domain.spending.preflight import (
    TuningLine,
    TuningRequest,
    counted,
    line_tokens,
    named,
    preflight,
    too_long,
)

FEWEST_LINES = 100
"""Google's advice on where to start; fewer are taken."""
_SHOWN = 3


@dataclass(frozen=True)
class TuningPlan:
    model_name: str
    base: str
    base_retires_on: date | None
    days_left: int | None
    """Of the base, and so of this model; None: it never retires."""
    parent_uri: str | None
    location: str
    train_count: int
    validation_count: int
    epochs: int
    tokens_per_epoch: int
    """Estimated: a frame a second, and about four letters a token. Dropped lines are not billed."""
    training_tokens: int
    """What is billed: tokens of the data, times epochs."""
    price: Price | None
    """Of training; None: nobody knows it."""
    estimated_usd: float | None
    faults: tuple[Quarantined, ...]
    warnings: tuple[str, ...]

    @property
    def rows(self) -> list[tuple[str, str]]:
        """A name and a text for each fact, in the order in which a person asks."""
        retires = (
            f"retires {self.base_retires_on}, in {self.days_left} days"
            if self.base_retires_on
            else "never retires"
        )
        epochs = f"{self.epochs} epoch{'s' * (self.epochs != 1)}"
        return [
            ("model", self.model_name),
            ("starts from", self.parent_uri or f"its base, {self.base}"),
            ("base", f"{self.base} ({retires})"),
            ("location", self.location),
            ("examples", f"{self.train_count:,} to learn from, {self.validation_count:,} to validate"),
            *[("tokens", f"about {self.training_tokens:,} ({self.tokens_per_epoch:,} x {epochs})")]
            * bool(self.training_tokens),
            ("price", self._price),
            *[("warning", warning) for warning in self.warnings],
            *[("fault", _sentence(fault)) for fault in self.faults],
        ]

    @property
    def _price(self) -> str:
        if self.price is None or self.estimated_usd is None:
            return f"price unknown: training of {self.base}; set UBALL_PRICES like {PRICES_FORM}"
        if self.price.usd_per_million_tokens == 0:
            return f"nothing: {self.price.source}"
        per = f"{money(self.price.usd_per_million_tokens)} a million tokens"
        return f"about {money(self.estimated_usd)} ({per}, {self.price.source}, {self.price.as_of})"

    def refusal(self) -> Permanent | None:
        """Why this training must not be submitted, faults and an unknown price in one; None if it may be.

        Ceilings are the month's (`cost.refuse_over`).
        """
        reasons = [_sentence(fault) for fault in self.faults[:_SHOWN]]
        if len(self.faults) > _SHOWN:
            reasons.append(f"and {len(self.faults) - _SHOWN} more faults (`uball tune --plan` lists them)")
        if self.estimated_usd is None:
            reasons.append(f"{self._price}; nothing is spent at a price that nobody knows")
        if not reasons:
            return None
        return Permanent(f"{self.model_name} is not trained: {'; '.join(reasons)}")

    def to_dict(self) -> dict[str, Any]:
        """For JSON; days as texts."""
        fields = asdict(self)
        retires_on = str(self.base_retires_on) if self.base_retires_on else None
        return {**fields, "base_retires_on": retires_on, "price": self.price.as_row() if self.price else None}


def plan_training(
    train: Sequence[TuningLine],
    validation: Sequence[TuningLine],
    base: BaseModel,
    request: TuningRequest,
    prices: Sequence[Price],
    today: date,
    parent_uri: str | None = None,
) -> TuningPlan:
    """The plan for these lines; whatever is wrong with them is in its faults."""
    usable, dropped = [line for line in train if line.is_usable], too_long(train, base)
    per_epoch = sum(line_tokens(line, base) for line in usable)
    per_epoch -= sum(line_tokens(line, base) for line in dropped)
    tokens = per_epoch * (request.epochs or 0)
    price = find_price(base.name, "training", prices)
    return TuningPlan(
        model_name=request.model_name,
        base=base.name,
        base_retires_on=base.retires_on,
        days_left=days_left(base, today),
        parent_uri=parent_uri,
        location=request.location,
        train_count=len(train),
        validation_count=len(validation),
        epochs=request.epochs or 0,
        tokens_per_epoch=per_epoch,
        training_tokens=tokens,
        price=price,
        estimated_usd=None if price is None else usd(tokens, price),
        faults=preflight(train, validation, base, request, today),
        warnings=tuple(_warnings(train, dropped, base, today)),
    )


def _warnings(
    train: Sequence[TuningLine], dropped: Sequence[TuningLine], base: BaseModel, today: date
) -> list[str]:
    warnings = [retirement_warning(base, today) or "", base.caution and f"{base.name}: {base.caution}"]
    if dropped:
        warnings.append(f"{counted(dropped)} too long, and will be dropped unbilled: {named(dropped)}")
    if base.is_local and (unusable := [line for line in train if not line.is_usable]):
        warnings.append(f"{counted(unusable)} not to be learned from: {named(unusable)}")
    if not base.is_local and len(train) < FEWEST_LINES:
        warnings.append(f"{len(train)} examples are few: Google's advice is to start with {FEWEST_LINES}")
    return [warning for warning in warnings if warning]


def _sentence(fault: Quarantined) -> str:
    return f"{fault.what}: {fault.why} [{fault.where}]; {fault.remedy}"
