from __future__ import annotations

from decimal import Decimal

import pytest

from uball_assets.domain.fields import by_plain_name, number_in, seconds_in, text_in


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3.0),
        (2.5, 2.5),
        ("2.5", 2.5),
        (Decimal("2.5"), 2.5),
        ("", None),
        ("12:30", None),
        ("3_0", None),
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


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (3.2, 3.2),
        ("3.2", 3.2),
        ("3.2s", 3.2),
        ("3.2 S", 3.2),
        ("3 sec.", 3.0),
        ("3.2 seconds", 3.2),
        ("3,2", 3.2),
        ("3,2 s", 3.2),
        ("00:03", 3.0),
        ("0:03.25", 3.25),
        ("00:03 s", 3.0),
        ("01:03", 63.0),
        ("0:00:03,5", 3.5),
        ("-1s", -1.0),
    ],
)
def test_a_time_is_read_in_every_spelling_that_means_one(value: object, seconds: float) -> None:
    assert seconds_in(value) == seconds


@pytest.mark.parametrize(
    "value",
    ["1,912", "3.2.1", "1:75", "3-4", "3 or 4", "about 3s", "s", "3m", "3_0", "NaN", "", True, None, [3]],
    ids=repr,
)
def test_what_may_mean_two_times_or_none_is_no_time(value: object) -> None:
    assert seconds_in(value) is None


def test_fields_are_found_whatever_the_spelling_of_their_names() -> None:
    told = {"Player A": "x", "player_b": None, "playerB": "y", "timestampSeconds": 3}
    assert by_plain_name(told) == {"playera": "x", "playerb": "y", "timestampseconds": 3}


@pytest.mark.parametrize(("value", "text"), [("  a ", "a"), (" ", None), ("", None), (None, None), (7, "7")])
def test_a_blank_text_is_none(value: object, text: str | None) -> None:
    assert text_in(value) == text
