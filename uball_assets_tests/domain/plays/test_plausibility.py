"""Tables whose times are in another unit than seconds."""

from __future__ import annotations

import pytest

from uball_assets.domain.plays.plausibility import implausible_times


def rows(*windows: tuple[object, object]) -> list[dict[str, object]]:
    return [{"start_timestamp": start, "end_timestamp": end} for start, end in windows]


MM_DOT_SS = [(0.05, 0.11), (0.12, 0.18), (0.40, 0.46), (0.55, 1.01), (1.05, 1.11), (1.47, 1.53)]


@pytest.mark.parametrize(
    ("windows", "guess"),
    [
        (MM_DOT_SS, "minutes.seconds (0.12 for 0:12)? Then they last 6 s"),
        ([(0.000520833, 0.000613426), (0.0014, 0.0015), (5e-05, 0.0002)], "fractions of a day"),
        ([(1.912, 1.92), (2.03, 2.041), (1.1, 1.112)], "thousands (1,912 for 1912)"),
        ([(12.5, 12.6333), (13.75, 13.9), (40.1, 40.2)], "minutes? Then they last 8 s"),
        ([(30000, 38000), (50000, 58000)], "milliseconds? Then they last 8 s"),
        ([(600, 592), (580, 571), (10, 20)], "a game clock that counts down"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_times_in_another_unit_are_told_with_what_they_may_be(
    windows: list[tuple[object, object]], guess: str
) -> None:
    assert guess in (implausible_times(rows(*windows)) or "")


@pytest.mark.parametrize(
    "windows",
    [
        [],
        [(0.05, 0.11)],
        [(30, 38), (50, 58), (0.5, 0.6)],
        [(30, 38), (1.912, 1.92)],
        [(912, 920), (1.912, 1.92)],
        [(None, 38), ("soon", 58), (10, 14)],
        [(30, 300.5), (50, 500.5), (70, 700.5)],
        [(10, 10), (20, 20), (30, 30)],
    ],
    ids=str,
)
def test_a_table_of_plays_with_slips_in_it_is_judged_row_by_row(windows: list[tuple[object, object]]) -> None:
    assert implausible_times(rows(*windows)) is None
