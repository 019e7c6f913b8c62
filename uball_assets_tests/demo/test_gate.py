"""What the demo shows of the gate: worse labels, and routes that are changed by hand once."""

from __future__ import annotations

import json

from uball_assets.adapters.record.routes import current_routing
from uball_assets.demo.gate import show_rollback, shuffled
from uball_assets.domain.answers.examples import example_line, read_example
from uball_assets.domain.footage.angles import Angle
from uball_assets_tests.assets.serving.scripted import V1, V2
from uball_assets_tests.domain.samples import a_play
from uball_assets_tests.league import Platform

LABELS = ["3PT_MAKE", "4PT_MAKE", "FOUL", "2PT_MISS", "FREE_THROW_MAKE", "4PT_MISS"]


def label_of(line: str) -> str:
    return str(json.loads(read_example(line).answer)[0]["classification"])


def test_shuffled_lines_ask_the_same_and_give_each_clip_another_s_label() -> None:
    lines = [
        example_line(
            a_play(play_id=f"p{number}", classification=label),
            Angle.FAR_LEFT,
            f"file:///games/g/clips/p{number}_FAR_LEFT.mp4",
            1.0,
        )
        for number, label in enumerate(LABELS)
    ]
    nothing = example_line(None, Angle.FAR_LEFT, "file:///games/g/clips/empty-p0_FAR_LEFT.mp4", None)
    worse = shuffled([nothing, *lines])
    assert worse[0] == nothing
    worse = worse[1:]
    assert [read_example(line).clip_uri for line in worse] == [read_example(line).clip_uri for line in lines]
    assert sorted(map(label_of, worse)) == sorted(LABELS)
    assert list(map(label_of, worse)) != LABELS
    assert [nothing, *worse] == shuffled([nothing, *lines])


def test_a_promotion_and_a_rollback_are_shown_once_and_end_where_they_began(undecided: Platform) -> None:
    said: list[str] = []
    assert show_rollback(undecided.resources, said.append)
    assert [line.split(", ", 1)[1] for line in said] == [
        f"promotion by the demo: {V2} 100 %",
        f"rollback by the demo: {V1} 100 %",
        f"shadow by the demo: {V1} 100 %, {V2} in shadow",
    ]
    assert not show_rollback(undecided.resources, said.append)
    assert len(said) == 3
    assert str(current_routing(undecided.resources.registry)) == f"{V1} 100 %, {V2} in shadow"
