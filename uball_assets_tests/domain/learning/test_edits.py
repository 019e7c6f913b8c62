from __future__ import annotations

import pytest

from uball_assets.domain.clipping.reports import ExamplesVersion
from uball_assets.domain.learning.edits import are_wording, edits, words

SAME = ("label", "window", "player", "clips", "note")


def a_version(name: str, **plays: tuple[str, str, str, str, str]) -> ExamplesVersion:
    return ExamplesVersion(name, {"p1": SAME, "p2": SAME} | plays)


@pytest.mark.parametrize(
    ("play", "expected", "is_wording"),
    [
        (("other", *SAME[1:]), {"labels": 1}, False),
        (("label", "other", "player", "others", "note"), {"windows": 1}, False),
        (("label", "window", "other", "clips", "note"), {"players": 1}, False),
        (("label", "window", "player", "others", "note"), {"clips": 1}, False),
        ((*SAME[:4], "other"), {"notes": 1}, True),
        (("other", "window", "other", "clips", "other"), {"labels": 1, "players": 1, "notes": 1}, False),
        (SAME, {"prompts": 2}, True),
    ],
)
def test_an_edit_is_told_by_its_kind_and_wording_counts_for_nothing(
    play: tuple[str, str, str, str, str], expected: dict[str, int], is_wording: bool
) -> None:
    found = edits(a_version("then"), a_version("now", p1=play))
    assert found == expected
    assert are_wording(found) is is_wording


def test_plays_that_came_and_went_count() -> None:
    found = edits(a_version("then", gone=SAME), a_version("now", new=SAME, more=SAME))
    assert found == {"plays": 3}
    assert not are_wording(found)


def test_what_counts_is_a_setting_and_what_nobody_knows_counts() -> None:
    assert not are_wording({"notes": 1}, ("notes",))
    assert are_wording({"players": 1}, ("labels",))
    assert not are_wording(None)


def test_edits_of_several_games_are_told_together() -> None:
    assert words([{"labels": 2}, {"labels": 1, "notes": 1}, None]) == "3 labels, 1 note"
    assert words([None]) == ""
