"""Model cards: written beside the model, linked, and true."""

from __future__ import annotations

import json
import re
from html import unescape

import dagster as dg
from click.testing import CliRunner

from uball_assets.adapters.stores import documents
from uball_assets.assets.versions.cards import model_card
from uball_assets.assets.versions.gate_lines import unseen_plays
from uball_assets.cli import main
from uball_assets.domain.answers.measure_words import set_measure_lines
from uball_assets.domain.answers.metrics import Scores
from uball_assets.domain.answers.set_measure import SetMeasure
from uball_assets.domain.footage import object_names
from uball_assets.domain.serving.gate_table import Standing
from uball_assets.media.pictures.card_page import card_page
from uball_assets_tests.league import Platform, metadata


def test_the_evaluations_page_has_the_gate_line_by_line_and_links_the_card(processed: Platform) -> None:
    run = processed.retrain("g1")
    told = metadata(run, "evaluation")
    assert isinstance(told["gate"], dg.TableMetadataValue)
    verdicts = {row.data["line"]: row.data["verdict"] for row in told["gate"].records}
    assert len(verdicts) == 8
    assert "fails" not in verdicts.values()
    assert verdicts["label and moment right"] == "told only"
    measured = [row.data["measure"] for row in told["moments_players_box"].records]
    assert measured == list(
        set_measure_lines(SetMeasure.from_dict(processed.entries("evaluations")[-1]["measure"]))
    )
    assert told["page"] == "http://127.0.0.1:8000/models/basketball-model-v1-1games"
    page = processed.training / object_names.model_card("basketball-model-v1-1games")
    assert told["model_card_page"] == page.as_uri()
    assert page.exists()
    assert "data:image/jpeg;base64" in metadata(run, "endpoint")["model_card"]


def test_scores_keep_each_play_its_game_and_how_many_clips_were_answered(trained: Platform) -> None:
    [entry] = trained.entries("evaluations")
    scores = documents.load(trained.resources.training, entry["scores_name"], Scores)
    assert {play.game_id for play in scores.plays} == {"g1"}
    assert {play.play_id: play.is_right for play in scores.plays} == scores.right
    assert scores.clips_asked == scores.clips_answered == 2
    assert trained.entries("latencies")[-1]["clip_count"] == 2


def test_moments_players_and_box_scores_stand_on_the_card_too(trained: Platform) -> None:
    [entry], [model] = trained.entries("evaluations"), trained.entries("models")
    store, registry = trained.resources.training, trained.resources.registry
    card = model_card(store, registry, model, trained.settings.gate_bounds)
    assert card.measure == SetMeasure.from_dict(entry["measure"])
    page = unescape(card_page(card))
    assert [what for what in set_measure_lines(card.measure) if what not in page] == []
    assert card.to_dict()["measure"] == entry["measure"]


def test_scores_from_before_plays_were_kept_are_still_read(trained: Platform) -> None:
    [entry] = trained.entries("evaluations")
    path = trained.training / entry["scores_name"]
    old = json.loads(path.read_text())
    for name in ("plays", "clips_asked", "clips_answered"):
        del old[name]
    path.write_text(json.dumps(old))
    model = trained.entries("models")[-1]
    card = model_card(
        trained.resources.training, trained.resources.registry, model, trained.settings.gate_bounds
    )
    assert {line.standing for line in card.lines} <= {Standing.NOT_ENOUGH, Standing.HOLDS, Standing.TOLD}


def test_games_that_a_model_had_never_seen_count_in_its_line_and_on_its_card(trained: Platform) -> None:
    trained.add_game("g2")
    trained.run_game("g2")
    [unseen] = trained.entries("unseen_scores")
    right = round(unseen["play_accuracy"]["value"] * 4)
    store, registry, [model] = (
        trained.resources.training,
        trained.resources.registry,
        trained.entries("models"),
    )
    assert unseen_plays(registry, model) == (right, 4)
    card = model_card(store, registry, model, trained.settings.gate_bounds)
    assert ("games never seen", f"{right} of 4 plays right") in card.facts
    [line] = [line for line in card.lines if line.name == "games never seen"]
    assert line.value.endswith("of 4")


def test_a_card_tells_parents_set_verdict_and_fetches_nothing(undecided: Platform) -> None:
    assert undecided.materialize("evaluation", "endpoint", game_id="g2").success
    home = {"UBALL_HOME": str(undecided.settings.home)}
    page = undecided.settings.home / "card.html"
    told = CliRunner().invoke(main, ["card", "v2", "--json", "--html", str(page)], env=home)
    assert told.exit_code == 0, told.output
    card = json.loads(told.stdout)
    assert (card["label"], card["parents"], card["game_ids"]) == ("v2-2games", ["v1-1games"], ["g1", "g2"])
    assert card["verdict"] == undecided.entries("promotions")[-1]["reason"]
    assert [version["label"] for version in card["versions"]] == ["v1-1games", "v2-2games"]
    html = page.read_text()
    assert "prefers-color-scheme: dark" in html
    assert not re.search(r"""(src|href)=|url\(|@import|<script""", html)


def test_a_model_that_never_was_has_no_card_and_the_newest_are_named(trained: Platform) -> None:
    home = {"UBALL_HOME": str(trained.settings.home)}
    told = CliRunner().invoke(main, ["card", "v9"], env=home)
    assert told.exit_code == 1
    assert "there is no model v9; the newest are: v1-1games" in told.stderr
