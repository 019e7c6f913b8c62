"""A base model about to retire: the next training goes over to its successor while there is time to compare.

A tuned model dies with its base, and a base can no longer be tuned for a month before its end (Google, 'Model
versions and lifecycle'). Belongs here: which base a training starts from today, and why. Not here: the dates
(`base_models`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from uball_assets.domain.learning.due.words import count
from uball_assets.domain.learning.training_config import TrainingConfig
from uball_assets.domain.spending.base_models import BASE_MODELS, days_left


def rebased(
    config: TrainingConfig, successor: str | None, days_before: int, today: date
) -> tuple[TrainingConfig, str]:
    """What a training is told today, and a sentence where its base is about to retire, else ''.

    From `days_before` days before the end on the successor takes its place; with none named, the sentence
    says what to set.
    """
    base = BASE_MODELS.get(config.base)
    left = days_left(base, today) if base else None
    if base is None or left is None or left > days_before:
        return config, ""
    when = f"in {count(left, 'day')}" if left > 0 else "already"
    end = f"{base.name} retires on {base.retires_on}, {when}"
    if successor and successor != base.name:
        return replace(config, base=successor), f"{end}: trained from its successor {successor}"
    return config, (
        f"ALERT {end}, and every model tuned from it with it: set UBALL_SUCCESSOR_BASE_MODEL, "
        "and the next training starts from that"
    )
