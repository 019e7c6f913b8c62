"""A league to review: `m1`, which a model annotated and nobody else, and `p1`, which people did.

Four plays of the machine's with a clip each, one of them doubtful; four of people's, one of them a suspect.
Nothing was trained. Belongs here: what stands in that league. Not here: any verdict.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from uball_assets.adapters.stores import documents
from uball_assets.app.context import AppContext, open_context
from uball_assets.domain.answers.annotate import AnnotatedPlay, ClipAnswer, annotation_row
from uball_assets.domain.answers.answers import Answer
from uball_assets.domain.answers.merging import Asked, merged_plays
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import CAMERAS, Side
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.review.label_audit import LabelAudit
from uball_assets.domain.review.suspects import Evidence, Kind, Suspect
from uball_assets.services.asking.annotations import Annotations
from uball_assets_tests.app.conftest import context_of, open_client, settings_of
from uball_assets_tests.videos import SyntheticVideo, make_video

MODEL = "basketball-model-v1-1games"
PLAYER = "Player #7 (Gray)"
SAID = (
    (Side.LEFT, 20.0, "FG_MAKE", "FG_MAKE", 0.99),
    (Side.LEFT, 40.0, "3PT_MISS", "4PT_MISS", 0.6),
    (Side.RIGHT, 60.0, "REBOUND", "REBOUND", 0.97),
    (Side.RIGHT, 80.0, "STEAL", "STEAL", 0.95),
)
"""Side, moment, what the far and the near camera say, how sure."""
PEOPLE_S = ("3PT_MAKE", "FG_MISS", "FOUL", "STEAL")


def item_at(moment_game_s: float, side: str = "LEFT", game_id: str = "m1") -> str:
    return f"{game_id}.{side}.{round(moment_game_s * 1000):07d}"


@pytest.fixture(scope="session")
def a_clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """One second, fifteen frames."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    return make_video(path, SyntheticVideo(duration_s=1.0, has_audio=False)).read_bytes()


@pytest.fixture(scope="session")
def review_home(tmp_path_factory: pytest.TempPathFactory, a_clip: bytes) -> Path:
    """Made once; each test has a copy."""
    home = tmp_path_factory.mktemp("review") / "home"
    with open_context(settings_of(home)) as context:
        fill_review(context, a_clip)
    return home


@pytest.fixture(scope="module")
def unchanged(review_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """For tests that decide nothing."""
    home = tmp_path_factory.mktemp("unchanged") / "home"
    shutil.copytree(review_home, home)
    with _opened(home) as client:
        yield client


@pytest.fixture
def reviewing(review_home: Path, tmp_path: Path) -> Iterator[TestClient]:
    shutil.copytree(review_home, tmp_path / "home")
    with _opened(tmp_path / "home") as client:
        yield client


@contextmanager
def _opened(home: Path) -> Iterator[TestClient]:
    """Its queue takes the time that it needs, however busy the machine is."""
    with open_client(settings_of(home)) as client:
        review = context_of(client).review
        review.queue = replace(review.queue, read_for_s=60.0)
        yield client


def fill_review(context: AppContext, clip: bytes) -> None:
    row = {"date": "2026-03-18", "team1_display_name": "Gray", "team2_display_name": "Blue"}
    colors = {"team1_color": "Gray", "team2_color": "Blue"}
    roster = {"roster_team1": [{"player_id": "id of 7", "name": "Ömer", "jersey_number": 7}]}
    context.plays_db.add_game({**row, **colors, **roster, "id": "m1"}, [], [])
    context.plays_db.add_game({**row, **colors, "id": "p1"}, [_play(n) for n in range(4)], [])
    _annotated(context, "m1", clip)
    suspect = Suspect(
        key="p1_0:3PT_MAKE",
        game_id="p1",
        play_id="p1_0",
        side=Side.LEFT,
        moment_game_s=12.0,
        written="3PT_MAKE",
        suggested="4PT_MAKE",
        chance=0.7,
        worth=1.4,
        evidence=(Evidence("p1_0", Kind.SCORE, "4PT_MAKE", 0.7, "the score lacks a point"),),
        clips=(),
    )
    audit = LabelAudit("p1", 4, 1, ("v1-1games",), (), "", (suspect,))
    documents.save(context.training, object_names.label_audit("p1"), audit)
    for game_id, rows in (("m1", 0), ("p1", 4)):
        state = {"game_id": game_id, "source_hash": "s", "rows": rows, "trainable": rows > 0}
        context.registry.append_change("games", state, subject="game_id")
        annotated = {"game_id": game_id, "model": MODEL, "source_hash": "s"}
        context.registry.append_change("annotations", annotated, subject="game_id")


def _annotated(context: AppContext, game_id: str, clip: bytes) -> None:
    plays: list[AnnotatedPlay] = []
    per_camera = []
    for side, moment_s, far, near, sure in SAID:
        key, window = f"{side}_{round(moment_s * 1000 - 3000):07d}", Window(moment_s - 3, moment_s + 2)
        answers = [
            ClipAnswer(
                angle,
                window.start_s + 5.0,  # the camera's file begins 5 s before game time 0
                5.0,
                Answer(3.0, label, "", PLAYER, None, (), sure),
            )
            for angle, label in zip(CAMERAS[side], (far, near), strict=True)
        ]
        per_camera += [(key, answer) for answer in answers]
        plays += merged_plays([Asked(key, game_id, side, window, tuple(answers))])
        for angle in CAMERAS[side]:
            context.training.write(object_names.window_clip(game_id, key, angle), clip)
    said = Annotations(tuple(plays), tuple(per_camera), ())
    documents.save(context.training, object_names.annotated(game_id, MODEL), said)
    rows = [annotation_row(play, MODEL) for play in plays]
    context.plays_db.write_annotations(game_id, MODEL, rows)


def _play(number: int) -> dict[str, Any]:
    return {
        "id": f"p1_{number}",
        "game_id": "p1",
        "angle": "LEFT",
        "start_timestamp": 10.0 + 20 * number,
        "end_timestamp": 14.0 + 20 * number,
        "timestamp_seconds": 12.0 + 20 * number,
        "classification": PEOPLE_S[number],
        "player_a": PLAYER,
        "events": [],
        "updated_at": "2026-03-18T20:00:00+00:00",
    }
