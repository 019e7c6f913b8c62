"""Every label has a key of its own, which the page's other keys leave free."""

from __future__ import annotations

import re
from pathlib import Path

from uball_assets.domain.plays.labels import LABELS, points
from uball_assets.domain.review.label_keys import LABEL_KEYS

KEYS_JS = Path(__file__).parents[3] / "uball_assets" / "app" / "static" / "review" / "keys.js"


def test_every_label_has_one_key_and_no_key_has_two_labels() -> None:
    assert set(LABEL_KEYS) == set(LABELS)
    assert len(set(LABEL_KEYS.values())) == len(LABELS)


def test_the_digit_of_a_made_shot_is_what_it_is_worth() -> None:
    made = {label: key for label, key in LABEL_KEYS.items() if points(label)}
    assert all(key == str(points(label)) for label, key in made.items())


def test_the_page_uses_none_of_them_for_anything_else() -> None:
    listed = re.findall(r"keys: \[([^]]+)\]", KEYS_JS.read_text())
    taken = {key for keys in listed for key in re.findall(r'"([^"]+)"', keys)}
    assert "Enter" in taken
    assert taken & set(LABEL_KEYS.values()) == set()
