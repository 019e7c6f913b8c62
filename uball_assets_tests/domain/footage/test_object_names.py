"""Outside readers rely on these names (DOMAIN: 'Training bucket'): a test that fails here breaks them."""

from __future__ import annotations

import pytest

from uball_assets.adapters.stores.object_store import valid_name
from uball_assets.domain.clipping.clips import clip_name
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle


@pytest.mark.parametrize(
    ("name", "contract"),
    [
        (object_names.videos("g1"), "Games/g1/"),
        (object_names.plays("g1"), "games/g1/plays.json"),
        (object_names.training_data("g1"), "games/g1/training_data.jsonl"),
        (object_names.validation_data("g1"), "games/g1/validation_data.jsonl"),
        (clip_name("g1", "p1", Angle.FAR_LEFT), "games/g1/clips/p1_FAR_LEFT.mp4"),
    ],
)
def test_the_names_that_outside_readers_know_stay_as_they_are(name: str, contract: str) -> None:
    assert name == contract


def test_a_clip_stands_in_its_games_folder_of_clips_and_a_window_does_not() -> None:
    assert clip_name("g1", "p1", Angle.FAR_LEFT).startswith(object_names.clips("g1"))
    assert not object_names.window_clips("g1").startswith(object_names.clips("g1"))


def test_no_two_documents_share_a_name_and_every_store_can_hold_them() -> None:
    game = [
        object_names.rig("g1"),
        object_names.plays("g1"),
        object_names.plays_report("g1"),
        *(object_names.camera_clips("g1", angle) for angle in Angle),
        object_names.training_data("g1"),
        object_names.validation_data("g1"),
        object_names.examples("g1"),
        object_names.quarantine("g1"),
        object_names.annotated("g1", "basketball-model-v1-1games"),
        object_names.scores("basketball-model-v1-1games", "ab12"),
        object_names.picture("games/g1", "timeline"),
        object_names.picture("models/m/", "confusion"),
    ]
    assert len({valid_name(name) for name in game}) == len(game)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("file:///home/me/.uball/training/games/g1/clips/p_FAR_LEFT.mp4", "games/g1/clips/p_FAR_LEFT.mp4"),
        ("gs://league/games/g%201/clips/p.mp4", "games/g 1/clips/p.mp4"),
        ("file:///games/games/training/games/g1/clips/p.mp4", "games/g1/clips/p.mp4"),
        ("gs://b/games/g1/annotations/clips/w.mp4", "games/g1/annotations/clips/w.mp4"),
        ("file:///models/x/training/models/m-v1/model.safetensors", "models/m-v1/model.safetensors"),
        ("s3://b/league/training_sets/abc/training_data.jsonl", "training_sets/abc/training_data.jsonl"),
        ("gs://b/elsewhere/p.mp4", None),
        ("projects/1/locations/us/models/2", None),
        ("gs://b/games/g1/clips/", None),
        ("", None),
    ],
)
def test_what_an_address_names_in_a_training_store_wherever_that_stood(
    address: str, name: str | None
) -> None:
    assert object_names.name_in(address) == name
