from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.learning.manifest import (
    Changes,
    GameExamples,
    Manifest,
    changes,
    eligible,
    fingerprint,
)
from uball_assets.domain.learning.training_config import TrainingConfig


def game(game_id: str, examples_hash: str = "h1", train: int = 8, validation: int = 2) -> GameExamples:
    return GameExamples(game_id, examples_hash, train, validation, f"{game_id}/t.jsonl", f"{game_id}/v.jsonl")


def entry(game_id: str, **changed: Any) -> dict[str, Any]:
    return {
        "game_id": game_id,
        "trainable": True,
        "examples_hash": "h1",
        "train_count": 8,
        "validation_count": 2,
        "train_name": f"{game_id}/t.jsonl",
        "validation_name": f"{game_id}/v.jsonl",
        "grade": "A",
    } | changed


def test_games_are_sorted_and_counted() -> None:
    manifest = Manifest((game("g2", train=5), game("g1", validation=3)))
    assert manifest.game_ids == ("g1", "g2")
    assert (manifest.train_count, manifest.validation_count) == (13, 5)


def test_a_game_listed_twice_is_refused_by_name() -> None:
    with pytest.raises(Permanent, match="twice: g1"):
        Manifest((game("g1"), game("g2"), game("g1", "h2")))


def test_the_order_of_arrival_does_not_change_the_hash() -> None:
    games = [game("g1"), game("g2"), game("g3")]
    assert len({Manifest(tuple(ordered)).hash for ordered in permutations(games)}) == 1


@pytest.mark.parametrize(
    "other",
    [
        Manifest(()),
        Manifest((game("g1"),)),
        Manifest((game("g1"), game("g2", "h2"))),
        Manifest((game("g1"), game("g3"))),
        Manifest((game("g1"), game("g2"), game("g3"))),
    ],
    ids=["none", "one gone", "one changed", "one replaced", "one more"],
)
def test_another_set_has_another_hash(other: Manifest) -> None:
    assert other.hash != Manifest((game("g1"), game("g2"))).hash


def test_a_manifest_survives_its_record() -> None:
    manifest = Manifest((game("g1"), game("g2", "h2")))
    assert Manifest.from_dict(json.loads(json.dumps(manifest.to_dict()))) == manifest


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "no manifest"),
        ({"games": None}, "no manifest"),
        ({"games": [{"game_id": "g1"}]}, "no manifest .*examples_hash"),
        ({"games": ["g1"]}, "no manifest"),
        (Manifest((game("g1"),)).to_dict() | {"hash": "0"}, "manifest 0 was altered"),
    ],
    ids=["empty", "no games", "half a game", "only names", "altered"],
)
def test_a_damaged_record_is_refused(data: dict[str, Any], message: str) -> None:
    with pytest.raises(Permanent, match=message):
        Manifest.from_dict(data)


def test_only_trainable_games_with_examples_are_eligible() -> None:
    manifest = eligible(
        [
            entry("g3"),
            entry("g1"),
            entry("failed", trainable=False),
            entry("empty", train_count=0, validation_count=0),
        ]
    )
    assert manifest == Manifest((game("g1"), game("g3")))


def test_what_came_changed_and_went_is_told_apart() -> None:
    learned = Manifest((game("same"), game("edited"), game("withdrawn")))
    new = Manifest((game("same"), game("edited", "h2"), game("b"), game("a")))
    assert changes(new, learned) == Changes(
        added=("a", "b"), changed=("edited",), removed=("withdrawn",), edits={"edited": None}
    )


def test_before_the_first_model_every_game_is_new() -> None:
    assert changes(Manifest((game("g1"),)), None) == Changes(("g1",), (), ())


def a_config(**told: Any) -> TrainingConfig:
    return TrainingConfig(**{"base": "base-1", "epochs": 1, "seed": 7, "prompt_hash": "p1", **told})


def test_everything_that_decides_a_training_is_in_its_fingerprint() -> None:
    trainings: list[tuple[str, TrainingConfig, str | None, int]] = [
        ("m1", a_config(), None, 0),
        ("m2", a_config(), None, 0),
        ("m1", a_config(base="base-2"), None, 0),
        ("m1", a_config(), "v1", 0),
        ("m1", a_config(epochs=2), None, 0),
        ("m1", a_config(seed=8), None, 0),
        ("m1", a_config(prompt_hash="p2"), None, 0),
        ("m1", a_config(options={"adapter_size": "4"}), None, 0),
        ("m1", a_config(), None, 1),
        ("m1", a_config(), None, 2),
    ]
    assert len({fingerprint(*training) for training in trainings}) == len(trainings)
    assert fingerprint(*trainings[0]) == fingerprint(*trainings[0])


def test_a_job_that_an_earlier_version_submitted_is_found_by_the_same_fingerprint() -> None:
    earlier = content_hash(["m1", "base-1", "v1", 1, 7, "p1", {"adapter_size": "4"}])
    assert fingerprint("m1", a_config(options={"adapter_size": "4"}), "v1") == earlier
    assert fingerprint("m1", a_config(), None) == content_hash(["m1", "base-1", None, 1, 7, "p1"])


def test_a_game_of_which_only_the_wording_changed_is_no_changed_one() -> None:
    def a_game(game_id: str, content: str, **edits: dict[str, int]) -> GameExamples:
        return GameExamples(game_id, content, 8, 2, "t.jsonl", "v.jsonl", edits)

    learned = Manifest(tuple(a_game(game, "1") for game in ("labelled", "noted", "unknown")))
    new = Manifest(
        (
            a_game("labelled", "2", **{"0": {"plays": 1}, "1": {"labels": 3, "notes": 1}}),
            a_game("noted", "2", **{"1": {"notes": 2}}),
            a_game("unknown", "2", **{"0": {"notes": 1}}),
        )
    )
    found = changes(new, learned)
    assert (found.changed, found.reworded) == (("labelled", "unknown"), ("noted",))
    assert found.taught == ("labelled", "unknown", "noted")
    assert changes(new, learned, ("plays",)).changed == ("unknown",)
    assert Manifest.from_dict(new.to_dict()).games[0].edits == {}
