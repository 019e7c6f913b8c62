"""The table of base models, against the dates that Google names, and the warnings before an end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from uball_assets.adapters.models.local.model import BASE
from uball_assets.domain.answers.examples import MEDIA_RESOLUTIONS
from uball_assets.domain.errors import Permanent
from uball_assets.domain.spending.base_models import (
    BASE_MODELS,
    HERE,
    base_model,
    days_left,
    retirement_warning,
)
from uball_assets.settings import Settings

END = date(2027, 5, 19)
FLASH = base_model("gemini-3.5-flash")


@pytest.mark.parametrize(
    ("name", "retires_on"),
    [
        ("gemini-3.5-flash", date(2027, 5, 19)),
        ("gemini-3.1-flash-lite", date(2027, 5, 7)),
        ("gemini-3.5-flash-lite", date(2027, 7, 21)),
        ("gemini-2.5-flash", date(2027, 3, 31)),
        ("gemini-2.5-pro", date(2027, 3, 31)),
        ("local-mlp-1", None),
    ],
)
def test_each_base_retires_on_the_day_that_google_names(name: str, retires_on: date | None) -> None:
    assert base_model(name).retires_on == retires_on


def test_every_base_says_how_many_tokens_a_frame_has_at_every_resolution_and_where_that_is_from() -> None:
    for base in BASE_MODELS.values():
        assert base.source
        assert base.tuning_locations
        assert base.serving_locations
        assert base.is_local or set(base.tokens_per_frame) == set(MEDIA_RESOLUTIONS)


def test_gemini_2_5_is_cautioned_against_and_the_default_is_not() -> None:
    assert "2026-10-20" in base_model("gemini-2.5-flash").caution
    assert "2026-10-20" in base_model("gemini-2.5-pro").caution
    assert not FLASH.caution


def test_the_local_base_is_the_local_trainer_s_own_and_nowhere_else() -> None:
    assert base_model(BASE).is_local
    assert base_model(BASE).tuning_locations == (HERE,)
    assert [base.name for base in BASE_MODELS.values() if base.is_local] == [BASE]


def test_the_settings_defaults_are_in_the_table() -> None:
    fields = Settings.model_fields
    assert fields["tuning_location"].default in FLASH.tuning_locations
    assert fields["adapter_size"].default in FLASH.adapter_sizes
    assert base_model(Settings().base_model).is_local


def test_an_unknown_base_is_refused_with_those_there_are() -> None:
    with pytest.raises(Permanent, match=r"'gemini-3.8-flash'.*UBALL_BASE_MODEL.*gemini-3.5-flash"):
        base_model("gemini-3.8-flash")


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (91, None),
        (90, "in 90 days, on 2027-05-19, and every model tuned from it with it: plan"),
        (31, "in 31 days"),
        (30, "train anew NOW"),
        (1, "retires tomorrow"),
        (0, "retired on 2027-05-19"),
        (-5, "retired on 2027-05-19"),
    ],
)
def test_a_base_near_its_end_is_warned_of_at_90_and_at_30_days(days: int, said: str | None) -> None:
    today = END - timedelta(days=days)
    assert days_left(FLASH, today) == days
    warning = retirement_warning(FLASH, today)
    assert warning is None if said is None else said in str(warning)


def test_a_base_that_never_retires_is_never_warned_of() -> None:
    assert days_left(base_model(BASE), date.max) is None
    assert retirement_warning(base_model(BASE), date.max) is None
