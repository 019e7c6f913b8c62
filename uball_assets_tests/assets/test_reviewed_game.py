"""A game that nobody annotated, reviewed from its first decision until a model has learned it."""

from __future__ import annotations

import pytest

from uball_assets.adapters.access.app_db import AppDb
from uball_assets.adapters.access.review_index import ReviewIndex
from uball_assets.adapters.stores.places import name_at
from uball_assets.automation.retraining.explaining import explain_one
from uball_assets.domain.answers.examples import read_example
from uball_assets.domain.review.decisions import Wish
from uball_assets.domain.review.items import Item
from uball_assets.domain.review.ledger import Action
from uball_assets.domain.review.undoing import CannotUndo
from uball_assets.services.review.deciding import Asked, Decider
from uball_assets.services.review.game import ReviewedGame
from uball_assets.services.review.queue import ReviewQueue
from uball_assets.services.review.sources import Sources
from uball_assets.services.sources import source_hashes
from uball_assets_tests.league import Platform

ANN = Asked("Ann")
ACCEPT, REJECT, UNDO = (Wish(action, {}) for action in (Action.ACCEPT, Action.REJECT, Action.UNDO))


def sources(platform: Platform) -> Sources:
    found = platform.resources
    return Sources(found.training, found.registry, found.plays_db)


def outside(platform: Platform) -> str:
    """What the sensor compares."""
    return source_hashes(platform.resources.video_store, platform.resources.plays_db, ["new"])["new"]


def decide(platform: Platform, item_id: str, wish: Wish) -> Item:
    now = ReviewedGame(sources(platform), "new").item(item_id)
    assert now is not None
    item = Decider(sources(platform)).decide("new", item_id, now.version, wish, ANN)
    assert item is not None
    return item


def learned_clips(platform: Platform) -> set[str]:
    """Of the game, in the newest training set, either side: `PLAY_CAMERA`."""
    training, entry = platform.resources.training, platform.entries("manifests")[-1]
    lines = [
        line
        for uri in (entry["train_uri"], entry["validation_uri"])
        for line in training.read(name_at(training, uri)).decode().splitlines()
    ]
    names = [name_at(training, read_example(line).clip_uri) for line in lines]
    return {name.rsplit("/", 1)[-1] for name in names if name.startswith("games/new/")}


def test_the_next_training_set_holds_exactly_what_was_decided_once_the_review_is_closed(
    trained: Platform,
) -> None:
    trained.add_game("new", [])
    assert trained.run_game("new").success
    queue = ReviewQueue(sources(trained), ReviewIndex(AppDb(trained.settings.home / "app.db")))
    page = queue.game_page("Ann", "new", 50)
    accepted, corrected, rejected, *_ = [item.item_id for _, item in page.items]
    before, said = outside(trained), trained.resources.plays_db.annotations("new", trained_model(trained))

    first = decide(trained, accepted, ACCEPT)
    second = decide(trained, corrected, Wish(Action.CORRECT, {"label": "TIMEOUT"}))
    decide(trained, rejected, REJECT)
    assert [row["id"] for row in trained.resources.plays_db.plays("new")] != []

    # While the review is open the game is as it was: nothing starts, and what is undecided stays asked for.
    assert outside(trained) == before
    assert trained.run_game("new").success
    assert trained.state("new")["rows"] == 0
    told = explain_one(trained.settings, trained.resources.registry, trained.notes, "new")
    assert told.so.startswith("its review is open")
    assert trained.resources.plays_db.annotations("new", trained_model(trained)) == said
    left = ReviewedGame(sources(trained), "new").open_items
    assert len(left) == len(page.items) - 3

    assert Decider(sources(trained)).close("new", ANN, reject_rest=True)
    assert outside(trained) != before
    trained.run_game("new")
    state = trained.state("new")
    assert (state["rows"], state["trainable"]) == (2, True), state["reasons"]
    assert trained.retrain("g1", to="new").success
    plays = {first.play.play_id, second.play.play_id}
    assert {clip.rsplit("_", 2)[0] for clip in learned_clips(trained)} == plays

    for item_id in (accepted, corrected, rejected):
        with pytest.raises(CannotUndo) as late:
            decide(trained, item_id, UNDO)
        assert late.value.code == "already_trained"


def trained_model(platform: Platform) -> str:
    entry = platform.resources.registry.newest("annotations", "new")
    assert entry is not None
    return str(entry["model"])
