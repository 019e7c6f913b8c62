"""A league as the platform leaves it, written down straight: three games, two models, nothing is filmed.

g1: people's plays, and what v1 said of them before it was learned from. g2: v1's plays alone, two to review.
g3: waits, and its teams' names try to be HTML. v2 has learned from g1, and is in shadow. What is forecast of
the league: `told_forecasts`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from uball_assets.adapters.stores import documents
from uball_assets.domain.answers.annotate import AnnotatedPlay, Sighting
from uball_assets.domain.answers.metrics import ScoredPlay, play_scores
from uball_assets.domain.answers.set_measure import measure_set
from uball_assets.domain.clipping.clips import clip_name
from uball_assets.domain.clipping.reports import CameraClips, Clip
from uball_assets.domain.errors import Quarantined
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import CAMERAS, Angle, Side
from uball_assets.domain.footage.rig import Camera, Rig
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.plays import Event
from uball_assets.resources import plays_database, record, training_store
from uball_assets.services.asking.annotations import Annotations
from uball_assets.settings import Settings
from uball_assets_tests.app.conftest import open_client, settings_of
from uball_assets_tests.app.pages.told_forecasts import fill_forecasts
from uball_assets_tests.domain.samples import a_play, a_row, predicted

HOSTILE = "<img src=x onerror=alert(1)>"
V1, V2 = "basketball-model-v1-5games", "basketball-model-v2-9games"
GRAY, TEAL = "Player #7 (Gray)", "Player #3 (Teal)"
ROWS = [
    a_row(id="p1", classification="4PT_MAKE", start_timestamp=100.0, end_timestamp=110.0),
    a_row(
        id="p2",
        classification="FG_MISS",
        start_timestamp=200.0,
        end_timestamp=208.0,
        timestamp_seconds=204.0,
        angle="RIGHT",
        player_a=TEAL,
        note=HOSTILE,
        events=[{"label": "REBOUND", "playerA": GRAY, "playerB": None}],
    ),
    a_row(
        id="p3",
        classification="FG_MAKE",
        start_timestamp=300.0,
        end_timestamp=308.0,
        timestamp_seconds=304.0,
        player_a=TEAL,
        events=[],
        note="=1+1",
    ),
]
UNSURE = ("they disagree",)
BESIDE = (Sighting("LEFT_0096000", Angle.FAR_LEFT, "FOUL"),)
"""Told of the clip of another play's window."""
CLIP = bytes(range(256)) * 8


def told(label: str, key: str, at_game_s: float, **changed: Any) -> AnnotatedPlay:
    window = Window(at_game_s - 4, at_game_s + 4)
    return predicted(label, play_key=key, timestamp_game_s=at_game_s, window=window, **changed)


@pytest.fixture(scope="module")
def told_league(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = settings_of(tmp_path_factory.mktemp("told"))
    fill_told(settings)
    return settings


@pytest.fixture(scope="module")
def browser_client(told_league: Settings) -> Iterator[TestClient]:
    """Asks for pages, as a browser does."""
    with open_client(told_league) as client:
        client.headers["accept"] = "text/html"
        yield client


def fill_told(settings: Settings) -> None:
    database, registry, store = plays_database(settings), record(settings), training_store(settings)
    fill_forecasts(settings)
    for game_id, first, day, rows in (
        ("g1", "Gray", "2026-03-07", ROWS),
        ("g2", "Navy", "2026-03-14", []),
        ("g3", HOSTILE, "2026-04-01", []),
    ):
        game = {"id": game_id, "date": day, "team1_display_name": first, "team2_display_name": "Teal"}
        colors = {"team1_color": "Gray", "team2_color": "Teal"}
        scores = {"scores": {"team1": 4, "team2": 3}} if game_id == "g1" else {}
        database.add_game({**game, **colors, **scores}, [{**row, "game_id": game_id} for row in rows], [])
    for game_id in ("g1", "g2"):
        rig = Rig(game_id, tuple(camera(angle) for angle in Angle if angle != "NEAR_LEFT"), (), "h")
        documents.save(store, object_names.rig(game_id), rig)
    _write_clips(settings)
    lost = Quarantined("play p9", "plays row p9", f"classification '{HOSTILE}' is not known", "correct it")
    documents.save(store, object_names.quarantine("g1"), [lost])
    _annotate(
        settings,
        "g1",
        [
            told("3PT_MAKE", "p1", 106.6, confidence=0.9),
            told("FG_MISS", "p2", 204.1, side=Side.RIGHT, player_a=TEAL, confidence=0.8),
            told("STEAL", "k9", 400.0, confidence=0.3, needs_review=True),
        ],
    )
    _annotate(
        settings,
        "g2",
        [
            told(
                "FG_MAKE", "LEFT_0096000", 100.0, confidence=0.4, needs_review=True, doubts=("they disagree",)
            ),
            told("4PT_MISS", "LEFT_0196000", 200.0, confidence=None, needs_review=True, agreed=None),
            told("FOUL", "LEFT_0103000", 103.0, events=(Event("FREE_THROW_MAKE", TEAL),), evidence=BESIDE),
        ],
    )
    registry.append_change("games", state("g1", rows=3, plays=3, grade="B"), subject="game_id")
    registry.append_change("games", state("g2", rows=0, plays=0, grade=None), subject="game_id")
    for number, (name, label, games) in enumerate(
        [(V1, "v1-5games", ["g0"]), (V2, "v2-9games", ["g0", "g1"])]
    ):
        registry.append("models", model(number + 1, name, label, games), key=name)
    _score(settings)
    for generation, shadow in ((1, None), (2, V2)):
        route = {
            "generation": generation,
            "routes": [{"model": V1, "weight_percent": 100.0}],
            "shadow": shadow,
        }
        cause = {"who": "ann", "what": "shadow" if shadow else "promotion", "why": f"because {HOSTILE}"}
        registry.append("routes", {**route, "cause": cause, "reason": "r"}, key=f"generation:{generation}")
    unseen = {"model": V1, "game_id": "g1", "play_count": 3, "labels": {"FG_MAKE": 1, "4PT_MAKE": 1}}
    accuracy = {"value": 0.5, "low": 0.1, "high": 0.9, "n": 2}
    registry.append("unseen_scores", {**unseen, "play_accuracy": accuracy}, key="g1:v1")


def camera(angle: Angle) -> Camera:
    offset_s = -90.0 if angle is Angle.FAR_LEFT else 0.0
    filmed = Window(0.0, 1000.0)
    return Camera(angle, f"{angle}.mp4", "f", 1, filmed, offset_s, 30.0, 320, 180, "h264", "sound")


def state(game_id: str, **changed: Any) -> dict[str, Any]:
    counts = {"clips_wanted": 6, "clips_accepted": 5, "train_count": 2, "validation_count": 1}
    found = {"game_id": game_id, "source_hash": "s", "quarantined": 1, "reasons": ["one camera is missing"]}
    cameras = ["FAR_LEFT", "FAR_RIGHT", "NEAR_RIGHT"]
    return {**found, **counts, "cameras": cameras, "plays_version": "", **changed}


def model(number: int, name: str, label: str, games: list[str]) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "version": number,
        "game_ids": games,
        "game_count": len(games),
        "train_count": 10 * number,
        "parent": V1 if number > 1 else None,
        "base": "local",
        "base_retires_on": None,
        "cost_usd": 0.25,
        "manifest_hash": "m" * 16,
        "manifest_key": "m",
        "metrics": {"loss_after_epoch_0": 2.0, "loss_after_epoch_1": 0.5},
        "lessons": {},
        "model_name": f"models/{name}/model.json",
        "endpoint": name,
        "endpoint_uri": f"models/{name}/model.json",
        "model_uri": f"models/{name}/model.json",
        "prompt_hash": "p",
    }


def _write_clips(settings: Settings) -> None:
    store = training_store(settings)
    clips: dict[Angle, list[Clip]] = {}
    for row in ROWS:
        for angle in CAMERAS[Side(str(row["angle"]))]:
            if angle == "NEAR_LEFT":
                continue
            name = clip_name("g1", str(row["id"]), angle)
            store.write(name, CLIP)
            clip = Clip(str(row["id"]), angle, name, "k", 0.0, 0.0, 4.0, 8.0, 240, len(CLIP), clamped=False)
            clips.setdefault(angle, []).append(clip)
    for angle, own in clips.items():
        found = CameraClips("g1", angle, "h", len(own), tuple(own), ())
        documents.save(store, object_names.camera_clips("g1", angle), found)
    for angle in CAMERAS[Side.LEFT]:
        store.write(object_names.window_clip("g2", "LEFT_0096000", angle), CLIP)


def _annotate(settings: Settings, game_id: str, plays: list[AnnotatedPlay]) -> None:
    store, registry = training_store(settings), record(settings)
    documents.save(store, object_names.annotated(game_id, V1), Annotations(tuple(plays), (), ()))
    entry = {"game_id": game_id, "model": V1, "source_hash": "s", "target": "t", "play_count": len(plays)}
    waiting = sum(play.needs_review for play in plays)
    registry.append_change("annotations", {**entry, "to_review": waiting}, subject="game_id")


def _score(settings: Settings) -> None:
    """v1, on a set of two plays."""
    pairs = [
        ScoredPlay("p1", a_play(), told("3PT_MAKE", "p1", 106.6, confidence=0.9), "g1"),
        ScoredPlay(
            "p2", a_play(classification="FG_MISS"), told("FG_MISS", "p2", 106.0, confidence=0.7), "g1"
        ),
    ]
    scores, name = play_scores(pairs), object_names.scores(V1, "y" * 12)
    documents.save(training_store(settings), name, scores)
    interval = {"low": 0.1, "value": 0.5, "high": 0.9, "n": 2}
    entry: dict[str, Any] = {
        "model": V1,
        "yardstick_hash": "y" * 12,
        "play_count": 2,
        "scores_name": name,
        "majority": 0.5,
    }
    entry["measure"] = measure_set(pairs).to_dict()
    shares = {"play_accuracy": interval, "three_four": interval, "make_miss": interval}
    record(settings).append("evaluations", {**entry, **shares, "drawn_from": 2}, key=f"{V1}:{'y' * 12}")
