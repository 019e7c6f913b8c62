"""Base models: what a first model may start from, until when it lives, and what it allows.

Belongs here: the table and how many days are left. Not here: prices (`cost`) or judging a training
(`preflight`). A tuned model dies with its base, so a date here is a date for every model tuned from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from uball_assets.domain.errors import Permanent

HERE = "this machine"
"""The location of what is trained and served without a service."""
WARN_DAYS = 90
"""Enough to train anew on another base, and to compare the two."""
URGENT_DAYS = 30


@dataclass(frozen=True)
class BaseModel:
    name: str
    retires_on: date | None
    """The first day on which it may be gone, with all models tuned from it; None: it never is."""
    tuning_locations: tuple[str, ...]
    serving_locations: tuple[str, ...]
    """Where a model tuned from it answers."""
    adapter_sizes: tuple[int, ...]
    tokens_per_frame: Mapping[str, int]
    """Billed for each frame in training, by media resolution (`examples.MEDIA_RESOLUTIONS`)."""
    source: str
    checked_on: date
    caution: str = ""
    """What a person should know before starting from it."""
    tuned_price_factor: float = 1.0
    """A question to a tuned model costs this many times one to the base."""
    is_local: bool = False
    """Trained and served on this machine: it costs nothing, and no service's limits hold."""


_CHECKED = date(2026, 11, 21)
_CLOSED_TO_NEW = (
    "projects that did not use it before 2026-10-20 are shut out, of tuning too: without such a project, "
    "set UBALL_BASE_MODEL=gemini-3.5-flash"
)


def _gemini_3(name: str, retires_on: date, source: str, caution: str = "") -> BaseModel:
    return BaseModel(
        name=name,
        retires_on=retires_on,
        tuning_locations=("us-central1", "europe-west4"),
        serving_locations=("us", "eu"),
        adapter_sizes=(1, 2, 4, 8, 16),
        tokens_per_frame={"low": 70, "medium": 70, "high": 280},
        source=source,
        checked_on=_CHECKED,
        caution=caution,
        tuned_price_factor=1.5,
    )


def _gemini_25(name: str, adapter_sizes: tuple[int, ...]) -> BaseModel:
    """Of the many regions that tune 2.5, those that tune Gemini 3 too: a bucket there stays where it is."""
    regions = ("us-central1", "europe-west4")
    return BaseModel(
        name=name,
        retires_on=date(2027, 3, 31),
        tuning_locations=regions,
        serving_locations=regions,
        adapter_sizes=adapter_sizes,
        tokens_per_frame={"low": 64, "medium": 256, "high": 256},
        source="Google's notice of 2026-09-16, in a public issue; supervised tuning page of 2026-09-25",
        checked_on=_CHECKED,
        caution=_CLOSED_TO_NEW,
    )


_PAGES = "Google: 'Model versions and lifecycle'; supervised tuning page of 2026-09-25"
_ALL = (
    _gemini_3("gemini-3.5-flash", date(2027, 5, 19), _PAGES),
    _gemini_3("gemini-3.1-flash-lite", date(2027, 5, 7), _PAGES),
    _gemini_3(
        "gemini-3.5-flash-lite",
        date(2027, 7, 21),
        "Google: 'Model versions and lifecycle'; one of two copies of the supervised tuning page",
        "only one of two copies of Google's page says that it is tuned: try a small set first",
    ),
    _gemini_25("gemini-2.5-flash", (1, 2, 4, 8, 16)),
    _gemini_25("gemini-2.5-pro", (1, 2, 4, 8)),
    BaseModel(
        name="local-mlp-1",
        retires_on=None,
        tuning_locations=(HERE,),
        serving_locations=(HERE,),
        adapter_sizes=(),
        tokens_per_frame={},
        source="uball_assets/adapters/models/local/model.py",
        checked_on=_CHECKED,
        is_local=True,
    ),
)
BASE_MODELS: Mapping[str, BaseModel] = {base.name: base for base in _ALL}
"""By name. The dates of Gemini are the earliest that Google names."""


def base_model(name: str) -> BaseModel:
    """Raises Permanent for a name that no base has."""
    if name not in BASE_MODELS:
        raise Permanent(
            f"there is no base model {name!r} that can be tuned: set UBALL_BASE_MODEL to one of "
            f"{', '.join(BASE_MODELS)}"
        )
    return BASE_MODELS[name]


def days_left(base: BaseModel, today: date) -> int | None:
    """Days until it may be gone; none or fewer once it is. None: it never is."""
    return None if base.retires_on is None else (base.retires_on - today).days


def retirement_warning(base: BaseModel, today: date) -> str | None:
    """One sentence from `WARN_DAYS` before its end on, a sharper one from `URGENT_DAYS` on; else None."""
    days = days_left(base, today)
    if days is None or days > WARN_DAYS:
        return None
    end = f"on {base.retires_on}, and every model tuned from it with it"
    if days <= 0:
        return f"{base.name} retired {end}: set UBALL_BASE_MODEL to another base and train anew"
    left = "tomorrow" if days == 1 else f"in {days} days"
    if days <= URGENT_DAYS:
        return f"{base.name} retires {left}, {end}: set UBALL_BASE_MODEL to another base and train anew NOW"
    return (
        f"{base.name} retires {left}, {end}: plan a training on another base (UBALL_BASE_MODEL), and compare"
    )
