"""The queue's order: what a decision about a play is worth, and the words that say why."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from uball_assets.domain.footage.angles import Side
from uball_assets.domain.review.suspects import Evidence, Kind, Suspect
from uball_assets.domain.review.worth import (
    HIGHEST_WORTH,
    RANDOM_SHARE,
    MachineSays,
    Word,
    drawn,
    label_shares,
    machine_worth,
    person_worth,
)

NOT_DRAWN = next(str(n) for n in count() if drawn(f"random {n}") > 0.5)
DRAWN = next(str(n) for n in count() if drawn(f"random {n}") < min(RANDOM_SHARE.values()))
SHARES = {"FG_MAKE": 0.4, "STEAL": 0.01, "3PT_MAKE": 0.3, "4PT_MAKE": 0.1, "FOUL": 0.19}
BOTH = ("FG_MAKE", "FG_MAKE")


def says(
    label: str = "FG_MAKE",
    sure: float | None = 0.95,
    agreed: bool | None = True,
    cameras: tuple[str, ...] = BOTH,
) -> MachineSays:
    return MachineSays(label, sure, agreed, cameras)


@pytest.mark.parametrize(
    ("said", "worth", "words"),
    [
        (says(), 0.05, []),
        (says(sure=0.6), 0.4, [Word.UNCERTAIN]),
        (says(sure=None), 0.3, []),
        (says(agreed=None, cameras=("FG_MAKE",)), 0.3, [Word.UNCERTAIN]),
        (says(agreed=False, cameras=("FG_MAKE", "FOUL")), 0.5, [Word.CAMERAS_DISAGREE]),
        (replace(says(), doubted_players=("Player #99 (Gray)",)), 0.5, [Word.UNCERTAIN]),
        (says("STEAL", cameras=("STEAL", "STEAL")), 0.075, [Word.RARE_LABEL]),
        (says("BLOCK", cameras=("BLOCK", "BLOCK")), 0.075, [Word.RARE_LABEL]),
        (says("3PT_MAKE", cameras=("3PT_MAKE", "3PT_MAKE")), 0.1, [Word.THREE_OR_FOUR]),
        (
            says(agreed=False, cameras=("FG_MAKE", "4PT_MAKE")),
            1.0,
            [Word.CAMERAS_DISAGREE, Word.THREE_OR_FOUR],
        ),
        (
            says("4PT_MAKE", sure=0.0, agreed=False, cameras=()),
            2.0,
            [Word.CAMERAS_DISAGREE, Word.UNCERTAIN, Word.THREE_OR_FOUR],
        ),
    ],
)
def test_a_machine_s_play_is_worth_the_chance_that_it_is_wrong_times_what_hangs_on_it(
    said: MachineSays, worth: float, words: list[Word]
) -> None:
    found = machine_worth(NOT_DRAWN, said, SHARES)
    assert found.worth == pytest.approx(worth)
    assert [reason.word for reason in found.reasons] == words


def test_no_label_is_rare_while_the_league_has_few_plays() -> None:
    assert label_shares(["FOUL"] * 99) == {}
    assert label_shares(["FOUL"] * 75 + ["STEAL"] * 25) == {"FOUL": 0.75, "STEAL": 0.25}
    assert machine_worth(NOT_DRAWN, says("STEAL", cameras=()), {}).reasons == ()


def test_a_person_s_play_is_asked_for_where_something_speaks_against_it() -> None:
    evidence = (Evidence("p", Kind.SCORE, "4PT_MAKE", 0.4, "a point is missing"),)
    suspect = Suspect("p:3PT_MAKE", "g", "p", Side.LEFT, 1.0, "3PT_MAKE", "4PT_MAKE", 0.4, 0.8, evidence, ())
    found = person_worth(NOT_DRAWN, suspect)
    assert found is not None
    assert (found.worth, [reason.sentence for reason in found.reasons]) == (0.8, ["a point is missing"])
    assert person_worth(NOT_DRAWN, None) is None


def test_a_fixed_share_is_drawn_and_stands_anywhere_in_the_queue() -> None:
    """By the id alone: the same plays for ever, sure or not."""
    ids = [f"play {number}" for number in range(4000)]
    found = {play_id: machine_worth(play_id, says(), SHARES) for play_id in ids}
    random = [worth for worth in found.values() if Word.RANDOM in [reason.word for reason in worth.reasons]]
    assert len(random) / len(ids) == pytest.approx(RANDOM_SHARE["machine"], abs=0.01)
    places = sorted(worth.worth for worth in random)
    assert 0 < places[len(places) // 4] < places[len(places) // 2] < 0.3
    assert 0.05 < sum(place > HIGHEST_WORTH / 2 for place in places) / len(places) < 0.3
    people_s = sum(person_worth(play_id, None) is not None for play_id in ids)
    assert people_s / len(ids) == pytest.approx(RANDOM_SHARE["person"], abs=0.01)
    assert person_worth(DRAWN, None) == person_worth(DRAWN, None) is not None
