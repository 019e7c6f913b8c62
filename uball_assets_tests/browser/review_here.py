"""A league to review in a browser, and the real application on it: in this process, or in one to be killed.

    python -m uball_assets_tests.browser.review_here HOME PORT

Belongs here: filling the home, starting and stopping. Not here: what the page must do.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3
import uvicorn

from uball_assets.adapters.stores import documents
from uball_assets.app.application import build_app
from uball_assets.app.context import AppContext, open_context
from uball_assets.domain.answers.annotate import AnnotatedPlay, ClipAnswer, annotation_row
from uball_assets.domain.answers.answers import Answer
from uball_assets.domain.answers.merging import Asked, merged_plays
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import CAMERAS, Side
from uball_assets.domain.footage.timeline import Window
from uball_assets.services.asking.annotations import Annotations
from uball_assets_tests.app.conftest import settings_of

GAME, MODEL = "m1", "basketball-model-v1-1games"
BEFORE_S, AFTER_S = 2.0, 2.0
"""A film's seconds before and after the moment of its play."""
LABELS = ("FG_MAKE", "REBOUND", "STEAL", "FG_MISS")
PLAYER = "Player #7 (Gray)"


@dataclass(frozen=True)
class Told:
    """What is the same in every play of the league."""

    films: tuple[bytes, bytes]
    """Of the far and the near camera."""
    plays: int
    title: str = "Gray"
    player: str = PLAYER
    note: str = ""


def fill(context: AppContext, told: Told) -> None:
    """One game that a model annotated, a play every twenty seconds, the sides by turns."""
    numbers = ("0", "00", "7", "17", "23")
    roster = [{"player_id": number, "name": f"Name {number}", "jersey_number": number} for number in numbers]
    game = {
        "id": GAME,
        "date": "2026-03-18",
        "team1_display_name": told.title,
        "team2_display_name": "Orange",
        "team1_color": "Gray",
        "team2_color": "Orange",
        "roster_team1": roster,
        "roster_team2": roster,
    }
    context.plays_db.add_game(game, [], [])
    annotated = [_annotated(context, place, told) for place in range(told.plays)]
    plays = tuple(play for play, _ in annotated)
    per_camera = tuple(answer for _, answers in annotated for answer in answers)
    said = Annotations(plays, per_camera, ())
    documents.save(context.training, object_names.annotated(GAME, MODEL), said)
    context.plays_db.write_annotations(GAME, MODEL, [annotation_row(play, MODEL) for play in plays])
    state = {"game_id": GAME, "source_hash": "s"}
    context.registry.append_change("games", {**state, "rows": 0, "trainable": False}, subject="game_id")
    context.registry.append_change("annotations", {**state, "model": MODEL}, subject="game_id")


def _annotated(
    context: AppContext, place: int, told: Told
) -> tuple[AnnotatedPlay, list[tuple[str, ClipAnswer]]]:
    side = (Side.LEFT, Side.RIGHT)[place % 2]
    moment_s = 60.0 + 20 * place
    key, window = f"{side}_{place:07d}", Window(moment_s - BEFORE_S, moment_s + AFTER_S)
    answer = Answer(BEFORE_S, LABELS[place % 4], told.note, told.player, None, (), 0.9)
    answers = [ClipAnswer(angle, window.start_s, 0.0, answer) for angle in CAMERAS[side]]
    for one, film in zip(answers, told.films, strict=True):
        context.training.write(object_names.window_clip(GAME, key, one.angle), film)
    (play,) = merged_plays([Asked(key, GAME, side, window, tuple(answers))])
    return play, [(key, one) for one in answers]


@contextmanager
def serving(context: AppContext, port: int = 0) -> Iterator[str]:
    """The application in a thread of this process; its address."""
    options: dict[str, Any] = {"log_level": "error", "timeout_graceful_shutdown": 1}
    config = uvicorn.Config(build_app(context), host="127.0.0.1", port=port, **options)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


def wait_for(url: str) -> None:
    """Until it answers."""
    for _ in range(600):
        try:
            urllib3.request("GET", f"{url}/api/review/labels", timeout=1, retries=False)
        except urllib3.exceptions.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"{url} does not answer")


if __name__ == "__main__":
    with open_context(settings_of(Path(sys.argv[1]), requests_a_minute=100_000)) as opened:
        uvicorn.run(build_app(opened), host="127.0.0.1", port=int(sys.argv[2]), log_level="error")
