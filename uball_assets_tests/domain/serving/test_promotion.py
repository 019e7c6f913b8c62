"""What a new model's score leads to, and what a champion that does not answer leads to."""

from __future__ import annotations

import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.domain.serving.promotion import Candidate, Promotion, Step, decide

GAMES = 5


def decided(
    challenger: str,
    champion: str | None,
    *,
    silent: str | None = None,
    failed_lines: tuple[str, ...] = (),
    names: tuple[str, str] = ("v4", "v3"),
) -> Promotion:
    """`++-` as plays 0, 1 right and 2 wrong; play n is of game n mod 5."""
    new, old = (
        {str(number): sign == "+" for number, sign in enumerate(text or "")}
        for text in (challenger, champion)
    )
    rival = None if champion is None else Candidate(names[1], old)
    game_of = {str(number): f"g{number % GAMES}" for number in range(len(challenger))}
    return decide(Candidate(names[0], new), rival, game_of, silent=silent, failed_lines=failed_lines)


@pytest.mark.parametrize(
    ("challenger", "champion", "step", "says"),
    [
        ("+---", None, Step.PROMOTE, "v4 serves: it is the first model, 1 of 4 plays right"),
        ("", None, Step.PROMOTE, "it is the first model"),
        ("", "", Step.STAY, "the evaluation set is empty: v3 stays until v4 can be compared with it"),
        (
            "+" * 20,
            "-" * 5 + "+" * 15,
            Step.PROMOTE,
            "v4 replaces v3: better, 20 of 20 plays right against 15",
        ),
        ("-" * 5 + "+" * 15, "+" * 20, Step.REFUSE, "v4 is refused: worse than v3"),
        ("++--", "++--", Step.SHADOW, "too few plays to say how many more it takes"),
        ("+" * 20, "-" + "+" * 19, Step.SHADOW, "1 gained and 0 lost of 20 plays in 5 games"),
    ],
    ids=["the first", "the first, unmeasured", "no plays", "better", "worse", "the same", "a little better"],
)
def test_a_challenger_is_promoted_refused_or_goes_to_shadow(
    challenger: str, champion: str | None, step: Step, says: str
) -> None:
    made = decided(challenger, champion)
    assert made.step is step
    assert says in made.reason


def test_what_cannot_be_told_says_how_many_more_plays_would_tell() -> None:
    """The demo's third version: 3 gained and 2 lost of 43."""
    made = decided("+" * 3 + "-" * 2 + "+" * 38, "-" * 3 + "+" * 40)
    assert made.step is Step.SHADOW
    assert "cannot tell: 41 of 43 plays right against 40, 3 gained and 2 lost of 43 plays" in made.reason
    assert made.reason.endswith("it takes 27 more plays to show 10 points, 243 for 5, 755 for 3")


@pytest.mark.parametrize(
    ("champion", "step"),
    [("-" * 5 + "+" * 15, Step.STAY), ("+" * 20, Step.SHADOW), (None, Step.PROMOTE)],
    ids=["a better one is held", "an open one goes on", "the first serves all the same"],
)
def test_a_failed_line_holds_a_promotion_and_is_told(champion: str | None, step: Step) -> None:
    made = decided("+" * 20, champion, failed_lines=("3PT or 4PT: 40 % of 30",))
    assert made.step is step
    assert ("3PT or 4PT: 40 % of 30" in made.reason) is (step is not Step.SHADOW)


@pytest.mark.parametrize(
    ("challenger", "champion", "step", "says"),
    [
        ("+---", None, Step.PROMOTE, "v3 does not answer and gives up its place to v4. v4 serves: no other"),
        ("++--", "++--", Step.SHADOW, "v3 does not answer and gives up its place to v2. v4 goes to shadow"),
        ("-" * 20, "+" * 20, Step.REFUSE, "gives up its place to v2. v4 is refused: worse than v2"),
        ("+" * 20, "-" * 20, Step.PROMOTE, "v4 replaces v2: better"),
    ],
    ids=["nobody else answers", "cannot tell", "worse", "better"],
)
def test_a_champion_that_does_not_answer_gives_up_its_place(
    challenger: str, champion: str | None, step: Step, says: str
) -> None:
    made = decided(challenger, champion, silent="v3", names=("v4", "v2"))
    assert made.step is step
    assert says in made.reason


def test_a_model_is_not_compared_with_itself() -> None:
    made = decided("+-", "+-", names=("v3", "v3"))
    assert (made.step, made.reason, made.found) == (Step.STAY, "v3 serves already", None)


def test_models_scored_on_different_plays_are_not_compared() -> None:
    with pytest.raises(Permanent, match="different plays"):
        decided("+++", "++")
