"""Whom a word means, and whom it may have meant."""

from __future__ import annotations

import pytest

from uball_assets.domain.league.directory import Directory

PLAYERS = Directory({"p1": "Zoë Berg", "p2": "Sam Ode", "p3": "Sam Ode", "p4": "", "sam": "Ana Ilk"})


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("p1", "p1"),
        ("Zoë Berg", "p1"),
        ("  zoë   BERG ", "p1"),
        ("P4", "p4"),
        ("Sam Ode", None),
        ("sam", "sam"),
        ("Zo", None),
        ("", None),
    ],
)
def test_a_word_is_an_id_or_a_name_that_one_alone_has(word: str, found: str | None) -> None:
    assert PLAYERS.find(word) == found


@pytest.mark.parametrize(
    ("word", "nearest"),
    [
        ("Zoe Berg", ["Zoë Berg"]),
        ("sam ode", ["p2", "p3", "Ana Ilk"]),
        ("p5", ["p4", "p3", "p2"]),
        ("xyz!", []),
    ],
)
def test_the_nearest_are_told_by_what_finds_them(word: str, nearest: list[str]) -> None:
    assert PLAYERS.nearest(word) == nearest
