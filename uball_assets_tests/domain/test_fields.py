from __future__ import annotations

from decimal import Decimal

import pytest

from uball_assets.domain.fields import number_in, text_in


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3.0),
        (2.5, 2.5),
        ("2.5", 2.5),
        (Decimal("2.5"), 2.5),
        ("", None),
        ("12:30", None),
        (None, None),
        (True, None),
        (float("nan"), None),
        ("inf", None),
        (10**400, None),
        (10**5000, None),
        ([1.0], None),
    ],
    ids=lambda value: str(type(value)),
)
def test_only_a_finite_number_is_a_number(value: object, number: float | None) -> None:
    assert number_in(value) == number


@pytest.mark.parametrize(("value", "text"), [("  a ", "a"), (" ", None), ("", None), (None, None), (7, "7")])
def test_a_blank_text_is_none(value: object, text: str | None) -> None:
    assert text_in(value) == text
