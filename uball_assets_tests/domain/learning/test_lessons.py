from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from uball_assets.domain.learning.lessons import Lessons, Line, Way, choose, pick, sample

RARE = "4PT_MAKE"


def game(game_id: str, plays: int = 10, labels: Sequence[str] = ("FG_MAKE",)) -> list[Line]:
    """Two lines a play, one a camera; the labels in turn."""
    return [
        Line(game_id, f"{game_id}/p{n}", labels[n % len(labels)]) for n in range(plays) for _ in ("FL", "NR")
    ]


def chosen(
    train: Sequence[Line], way: Way, *new: str, replay_per_new: float = 1.0, most: int = 99
) -> Lessons:
    return choose(train, game("v", 4), way, set(new), replay_per_new, lambda _: most)


LEAGUE = [line for n in range(10) for line in game(f"g{n}")]


@pytest.mark.parametrize(
    ("way", "new", "replay_per_new", "counts"),
    [
        ("cumulative", ["g9"], 1.0, (200, 20, 180, 0)),
        ("new_plus_replay", ["g9"], 1.0, (40, 20, 20, 160)),
        ("new_plus_replay", ["g8", "g9"], 0.5, (60, 40, 20, 140)),
        ("new_plus_replay", ["g9"], 99.0, (200, 20, 180, 0)),
        ("new_only", ["g9"], 1.0, (20, 20, 0, 180)),
        ("new_only", [f"g{n}" for n in range(10)], 1.0, (200, 200, 0, 0)),
        ("new_only", [], 1.0, (200, 0, 200, 0)),
        ("new_plus_replay", [], 1.0, (200, 0, 200, 0)),
    ],
)
def test_what_is_shown_and_what_is_not(
    way: Way, new: list[str], replay_per_new: float, counts: tuple[int, int, int, int]
) -> None:
    lessons = chosen(LEAGUE, way, *new, replay_per_new=replay_per_new)
    told = (len(lessons.numbers), lessons.new_count, lessons.replayed_count, lessons.unseen_count)
    assert told == counts
    assert lessons.is_whole is (counts[0] == 200)
    assert (lessons.hash == "") is lessons.is_whole
    assert {line.game_id for line in pick(LEAGUE, lessons.numbers)} >= set(new)


def test_a_replay_keeps_rare_labels_and_the_cameras_of_a_play_together() -> None:
    common = [line for n in range(9) for line in game(f"g{n}")]
    train = [*common, *game("rare", 2, [RARE]), *game("new")]
    lessons = chosen(train, "new_plus_replay", "new")
    replayed = [line for line in pick(train, lessons.numbers) if line.game_id != "new"]
    assert Counter(line.label for line in replayed)[RARE] == 4
    assert set(Counter(line.play for line in replayed).values()) == {2}
    assert lessons.unseen_labels == ()
    assert chosen(train, "new_only", "new").unseen_labels == (RARE,)


def test_a_training_costs_the_same_however_long_the_league_is() -> None:
    def shown(games: int) -> int:
        train = [line for n in range(games) for line in game(f"g{n}", labels=("FG_MAKE", "3PT_MISS"))]
        return len(chosen(train, "new_plus_replay", f"g{games - 1}").numbers)

    assert shown(20) == shown(200) == 40


def test_the_old_plays_that_are_shown_stay_much_the_same_as_the_league_grows() -> None:
    def replayed(games: int) -> set[str]:
        old = [line for n in range(games) for line in game(f"g{n}", labels=("FG_MAKE", "3PT_MISS"))]
        picked = sample(range(1, len(old) + 1), old, 100)
        assert picked == sample(range(1, len(old) + 1), old, 100)
        return {line.play for line in pick(old, picked)}

    assert len(replayed(20) & replayed(25)) >= 35


def test_the_services_validation_is_a_stable_part_within_its_limit_and_the_training_untouched() -> None:
    validation = [line for n in range(100) for line in game(f"g{n}", labels=("FG_MAKE", "3PT_MISS"))]
    lessons = choose(LEAGUE, validation, "cumulative", {"g9"}, 1.0, lambda _: 500)
    again = choose(LEAGUE, validation, "new_only", {"g9"}, 1.0, lambda _: 500)
    assert len(lessons.validation_numbers) == 500
    assert lessons.validation_numbers == again.validation_numbers
    assert len(lessons.numbers) == 200
    assert not lessons.is_whole


def test_the_same_choice_has_one_hash_and_another_has_another() -> None:
    first, again = (chosen(LEAGUE, "new_plus_replay", "g9") for _ in range(2))
    assert first.hash == again.hash != chosen(LEAGUE, "new_plus_replay", "g8").hash
    assert first.sentence == "20 new lines and 20 of 180 old ones"
    assert chosen(LEAGUE, "new_only", *(f"g{n}" for n in range(10))).sentence == "all 200 lines"
