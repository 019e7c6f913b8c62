"""Three verdicts: by plays and by games, or 'cannot tell' with what it would take."""

from __future__ import annotations

import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.domain.serving.gate import Comparison, Verdict, binomial_tail, compare, t_test


def compared(gained: int, lost: int, plays: int, games: int) -> Comparison:
    """The plays that differ are spread over the games."""
    names = [f"p{place}" for place in range(plays)]
    champion = {name: place >= gained for place, name in enumerate(names)}
    challenger = {name: not gained <= place < gained + lost for place, name in enumerate(names)}
    return compare(challenger, champion, {name: f"g{place % games}" for place, name in enumerate(names)})


@pytest.mark.parametrize(
    ("gained", "lost", "plays", "games", "verdict"),
    [
        (5, 0, 21, 5, Verdict.BETTER),
        (3, 2, 43, 10, Verdict.CANNOT_TELL),
        (0, 5, 21, 5, Verdict.WORSE),
        (20, 0, 21, 4, Verdict.CANNOT_TELL),
        (0, 20, 21, 2, Verdict.WORSE),
        (0, 0, 50, 10, Verdict.CANNOT_TELL),
    ],
    ids=[
        "all gained",
        "the demo's third version",
        "all lost",
        "too few games",
        "worse on few games",
        "equal",
    ],
)
def test_a_verdict_needs_plays_and_games(
    gained: int, lost: int, plays: int, games: int, verdict: Verdict
) -> None:
    assert compared(gained, lost, plays, games).verdict is verdict


def test_all_that_one_game_gives_is_not_enough() -> None:
    names = [f"p{place}" for place in range(50)]
    champion = {name: place >= 8 for place, name in enumerate(names)}
    found = compare(dict.fromkeys(names, True), champion, {name: f"g{int(name[1:]) // 10}" for name in names})
    assert found.p_better_plays < 0.005
    assert found.verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize(("points", "plays"), [(10, 73), (5, 295), (3, 823)])
def test_what_is_open_says_how_many_plays_would_tell(points: int, plays: int) -> None:
    assert compared(6, 6, 100, 10).plays_to_see(points) == plays


def test_models_that_never_differ_tell_nothing_however_many_plays() -> None:
    assert compared(0, 0, 100, 10).plays_to_see(5) is None


def test_different_plays_cannot_be_compared() -> None:
    with pytest.raises(Permanent, match=r"different plays \(2 on one side only, first a\)"):
        compare({"a": True}, {"b": True}, {"a": "g", "b": "g"})


def test_a_play_without_a_game_is_named() -> None:
    with pytest.raises(Permanent, match="play a belongs to no game"):
        compare({"a": True}, {"a": True}, {})


@pytest.mark.parametrize(
    ("heads", "tosses", "share"), [(0, 0, 1.0), (5, 5, 1 / 32), (3, 5, 0.5), (0, 9, 1.0), (10, 9, 0.0)]
)
def test_the_tail_of_fair_tosses_is_exact(heads: int, tosses: int, share: float) -> None:
    assert binomial_tail(heads, tosses) == share


@pytest.mark.parametrize(
    ("differences", "p_value"),
    [
        ([0.1] * 4, None),
        ([0.1] * 5, 0.0),
        ([0.0] * 5, 1.0),
        ([-0.1] * 5, 1.0),
        ([0.1, 0.2, 0.3, 0.2, 0.2], 0.00154),
        ([0.3, -0.3, 0.2, -0.2, 0.1], 0.4356),
    ],
)
def test_the_t_test_over_games(differences: list[float], p_value: float | None) -> None:
    assert t_test(differences) == (None if p_value is None else pytest.approx(p_value, abs=2e-3))
