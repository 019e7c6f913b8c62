"""A card and the drift chart: whole, escaped, the same for the same input; the page fetches nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

from uball_assets.domain.answers.calibration import calibrate
from uball_assets.domain.answers.metrics import wilson
from uball_assets.domain.learning.lineage import Trace
from uball_assets.domain.serving.drift import Baseline, GameResult, watch
from uball_assets.domain.serving.gate_table import Line, Standing
from uball_assets.domain.serving.model_card import ModelCard, VersionScore
from uball_assets.media.pictures.card_page import card_page
from uball_assets.media.pictures.card_picture import card_picture
from uball_assets.media.pictures.drift_chart import drift_picture
from uball_assets_tests.media.pictures.test_charts import TRUE, scores_of

SURE = [(0.95, n % 9 != 0) for n in range(60)] + [(0.62, n % 2 == 0) for n in range(30)]
CARD = ModelCard(
    name="basketball-model-v3-10games",
    label="v3-10games",
    trained_at="2026-11-28T20:15:11+00:00",
    status="serving",
    status_reason="",
    verdict="v3 replaces v2: better",
    lines=(
        Line("3PT or 4PT told apart", "90.0% of 20", "60% at least", Standing.HOLDS, "between 70% and 97%"),
        Line("calibration", "9.1 points off", "within 5 points", Standing.FAILS, "of 60 plays <it> was sure"),
        Line("games never seen", "-", "at most 10 points", Standing.NOT_ENOUGH, "50 more plays", 50),
    ),
    base="local-mlp-1",
    base_ends="never",
    parents=("v2-5games", "v1-1games"),
    starts="v2 serves",
    set_hash="0123456789abcdef",
    game_ids=("g1", "g<2>"),
    train_lines=465,
    shown="all 465 lines",
    unseen_labels=("STEAL",),
    traces=(Trace("g1", "edited", "its lines are taught as they are now"),),
    losses=((0, 2.4), (1, 1.1), (2, 0.7)),
    versions=tuple(VersionScore(f"v{n}", wilson(9 + n, 20), wilson(6 + n, 10), 0.3) for n in range(1, 4)),
    evaluation_set="set 01234567: 40 plays",
    scores=scores_of(TRUE),
    calibration=calibrate(SURE),
    training_usd=1.5,
    spent_usd=2.25,
    new_games=(0, 0),
)
BARE = replace(
    CARD,
    lines=(),
    traces=(),
    losses=(),
    versions=(),
    scores=None,
    calibration=calibrate([]),
    evaluation_set="",
)


class Texts(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_page_tells_all_that_is_on_the_card_and_fetches_nothing() -> None:
    page = card_page(CARD)
    read = Texts(page)
    for said in ("v3-10games", "v2 serves", "of 60 plays <it> was sure", "g<2>", "not enough yet", "STEAL"):
        assert said in read.text
    assert "<it>" not in page
    assert read.tags.count("svg") == 3
    assert not {"script", "link", "img", "iframe"} & set(read.tags)
    assert not re.search(r"https?:|url\(|@import", page)
    assert page == card_page(CARD)


def test_a_card_without_scores_says_so_instead_of_drawing() -> None:
    read = Texts(card_page(BARE))
    for said in ("It has no score yet.", "no score yet", "the trainer told no loss", "no confidence to show"):
        assert said in read.text


def test_a_cards_picture_is_the_same_for_the_same_card() -> None:
    first = card_picture(CARD)
    assert first.startswith(b"\x89PNG")
    assert first == card_picture(CARD) != card_picture(BARE)


def test_the_drift_chart_is_drawn_with_and_without_games() -> None:
    games = [GameResult(f"g{n}", 8 - n % 3, 2 + n % 3) for n in range(12)]
    drawn = [drift_picture(watch(some, Baseline(0.88, 200)), "v3-10games") for some in (games, games[:2], [])]
    assert len(set(drawn)) == 3
