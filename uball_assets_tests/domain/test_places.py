"""Outside readers rely on these names (DOMAIN: 'Training bucket'): a test that fails here breaks them."""

from __future__ import annotations

import pytest

from uball_assets.adapters.stores.object_store import valid_name
from uball_assets.domain import places
from uball_assets.domain.angles import Angle
from uball_assets.domain.clips import clip_name


@pytest.mark.parametrize(
    ("name", "contract"),
    [
        (places.videos("g1"), "Games/g1/"),
        (places.plays("g1"), "games/g1/plays.json"),
        (places.training_data("g1"), "games/g1/training_data.jsonl"),
        (places.validation_data("g1"), "games/g1/validation_data.jsonl"),
        (clip_name("g1", "p1", Angle.FAR_LEFT), "games/g1/clips/p1_FAR_LEFT.mp4"),
    ],
)
def test_the_names_that_outside_readers_know_stay_as_they_are(name: str, contract: str) -> None:
    assert name == contract


def test_a_clip_stands_in_its_games_folder_of_clips_and_a_window_does_not() -> None:
    assert clip_name("g1", "p1", Angle.FAR_LEFT).startswith(places.clips("g1"))
    assert not places.window_clips("g1").startswith(places.clips("g1"))


def test_no_two_documents_share_a_name_and_every_store_can_hold_them() -> None:
    game = [
        places.rig("g1"),
        places.plays("g1"),
        places.plays_report("g1"),
        *(places.camera_clips("g1", angle) for angle in Angle),
        places.training_data("g1"),
        places.validation_data("g1"),
        places.examples("g1"),
        places.quarantine("g1"),
        places.annotated("g1", "basketball-model-v1-1games"),
        places.scores("basketball-model-v1-1games", "ab12"),
        places.picture("games/g1", "timeline"),
        places.picture("models/m/", "confusion"),
    ]
    assert len({valid_name(name) for name in game}) == len(game)
