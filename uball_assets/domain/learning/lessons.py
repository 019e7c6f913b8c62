"""Lessons: which lines of the cumulative set a model that goes on from its parent is shown.

    cumulative        every line, in every training: what a training costs grows with the league
    new_plus_replay   the lines of new and changed games, and for each so many old ones
    new_only          the lines of new and changed games alone: the cheapest, and the old is forgotten

The old ones are a stable sample that keeps labels balanced: a first play of each label, then a second of
each, … in an order that a play's name alone decides. So it stays much the same as the league grows, no rare
label is lost, and both cameras of a play go together. What starts from its base, and what learns nothing new
(a changed seed, a person's request), is shown every line.

Belongs here: choosing, and what was not shown. Not here: reading the set's files (`services.learning`), or
what a line costs (`spending`). The set on the record stays cumulative whatever is shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

from uball_assets.domain.hashing import content_hash

Way = Literal["cumulative", "new_plus_replay", "new_only"]
WAYS: tuple[Way, ...] = get_args(Way)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the set's JSONL, as far as choosing needs it."""

    game_id: str
    play: str
    """The same for both cameras, another for every other play."""
    label: str


@dataclass(frozen=True)
class Lessons:
    way: Way
    numbers: tuple[int, ...]
    """Of the training lines that are shown, from 1, in the file's order."""
    validation_numbers: tuple[int, ...]
    """Of the validation lines that the service is given; our own evaluation asks them all."""
    new_count: int
    """Lines of new and changed games."""
    replayed_count: int
    """Old lines that are shown again."""
    unseen_count: int
    """Old lines that are not shown again: what may be forgotten."""
    unseen_labels: tuple[str, ...]
    """Labels that the old lines have and no shown line has."""
    is_whole: bool
    """Every line of both files."""

    @property
    def hash(self) -> str:
        """'' for the whole set: its training is that of a set nobody chose from."""
        return "" if self.is_whole else content_hash([self.numbers, self.validation_numbers])

    @property
    def sentence(self) -> str:
        old = self.replayed_count + self.unseen_count
        if not old:
            return f"all {self.new_count:,} lines"
        forgotten = f", without {', '.join(self.unseen_labels)}" if self.unseen_labels else ""
        return f"{self.new_count:,} new lines and {self.replayed_count:,} of {old:,} old ones{forgotten}"


def choose(
    train: Sequence[Line],
    validation: Sequence[Line],
    way: Way,
    new_games: Collection[str],
    replay_per_new: float,
    most_validation: Callable[[int], int],
) -> Lessons:
    """`new_games`: new or changed since the parent learned; every game where it starts from its base.
    `most_validation`: how many lines the service takes beside so many training lines."""
    new = [n for n, line in enumerate(train, start=1) if line.game_id in new_games]
    old = [n for n, line in enumerate(train, start=1) if line.game_id not in new_games]
    wanted = {
        "cumulative": len(old),
        "new_plus_replay": round(replay_per_new * len(new)),
        "new_only": 0,
    }[way]
    replayed = sample(old, [train[n - 1] for n in old], wanted) if new else old
    shown = sorted([*new, *replayed])
    labels = {train[n - 1].label for n in shown}
    numbered = range(1, len(validation) + 1)
    asked = sample(numbered, validation, most_validation(len(shown)), balanced=False)
    return Lessons(
        way=way,
        numbers=tuple(shown),
        validation_numbers=tuple(asked),
        new_count=len(new),
        replayed_count=len(replayed),
        unseen_count=len(old) - len(replayed),
        unseen_labels=tuple(sorted({train[n - 1].label for n in old} - labels)),
        is_whole=len(shown) == len(train) and len(asked) == len(validation),
    )


def sample(numbers: Sequence[int], lines: Sequence[Line], most: int, *, balanced: bool = True) -> list[int]:
    """At most so many of the lines, in order, whole plays; the same for the same plays, always.

    `balanced`: the labels take turns; else every play has the same chance.
    """
    if len(lines) <= most:
        return list(numbers)
    by_play: dict[str, list[int]] = defaultdict(list)
    by_label: dict[str, list[str]] = defaultdict(list)
    for number, line in zip(numbers, lines, strict=True):
        if line.play not in by_play:
            by_label[line.label if balanced else ""].append(line.play)
        by_play[line.play].append(number)
    turns = [
        (turn, place, play)
        for plays in by_label.values()
        for turn, (place, play) in enumerate(sorted((content_hash(["replay", play]), play) for play in plays))
    ]
    chosen: list[int] = []
    for *_, play in sorted(turns):
        if len(chosen) + len(by_play[play]) <= most:
            chosen += by_play[play]
    return sorted(chosen)


def pick(lines: Sequence[T], numbers: Sequence[int]) -> list[T]:
    """The lines of these numbers (from 1)."""
    return [lines[number - 1] for number in numbers]
