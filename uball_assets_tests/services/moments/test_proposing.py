"""A small league of films in which plays look otherwise than what goes on between them.

In a play a square shakes on the left of the picture; in between, now and then, one shakes as much on the
right. Movement alone cannot tell them apart.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import av
import numpy as np
import pytest

from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.footage.rig import Camera, Rig
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.plays import play_as_row
from uball_assets.domain.record import MOMENT_MODELS
from uball_assets.services.moments import films as films_module
from uball_assets.services.moments.films import Films
from uball_assets.services.moments.proposing import BY_MOVEMENT, Proposal, propose
from uball_assets_tests.domain.footage.test_rig import a_camera
from uball_assets_tests.domain.samples import a_play

FPS = 5
OFFSET_S = 2.0
PLAYS_S = tuple(8.0 + 11.0 * n for n in range(12))
ELSEWHERE_S = tuple(13.5 + 11.0 * n for n in range(12))
LENGTH_S = 145.0
BEFORE_S, AFTER_S = 2.0, 1.0


def film(path: Path, offset_s: float = OFFSET_S) -> None:
    """The first square for two seconds before each play's moment and one after it; the second as long."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = 128, 72, "yuv420p"
        stream.options = {"preset": "ultrafast", "g": str(FPS)}
        for number in range(round(LENGTH_S * FPS)):
            now_game_s = number / FPS - offset_s
            picture = np.full((72, 128, 3), 60, np.uint8)
            for moments, left in ((PLAYS_S, 10), (ELSEWHERE_S, 90)):
                shakes = any(-BEFORE_S <= now_game_s - moment < AFTER_S for moment in moments)
                at = left + (number % 2 * 9 if shakes else 0)
                picture[26:46, at : at + 18] = 230
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))


@pytest.fixture(scope="module")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filmed") / "video.mp4"
    film(path)
    return path


class League:
    """Games of one film; `enter` annotates one of them."""

    def __init__(self, folder: Path, filmed: Path) -> None:
        self.filmed = filmed
        self.videos = folder / "videos"
        self.films = Films(FolderStore(self.videos), FolderStore(folder / "training"), folder / "work")
        self.registry = StoreRegistry(self.films.training, lambda: datetime(2026, 3, 18, tzinfo=UTC))

    def rig(self, game_id: str, angles: Sequence[Angle] = (Angle.FAR_LEFT,)) -> Rig:
        cameras = tuple(self._camera(game_id, angle) for angle in angles)
        return Rig(game_id, cameras, (), "h")

    def enter(
        self, game_id: str, moments_s: Sequence[float] = PLAYS_S, angles: Sequence[Angle] = (Angle.FAR_LEFT,)
    ) -> None:
        rig = self.rig(game_id, angles)
        plays = [
            a_play(
                play_id=f"{game_id}_{n}",
                game_id=game_id,
                window=Window(moment_s - BEFORE_S, moment_s + AFTER_S),
                timestamp_game_s=moment_s,
            )
            for n, moment_s in enumerate(moments_s)
        ]
        documents.save(self.films.training, object_names.rig(game_id), rig)
        documents.save(
            self.films.training, object_names.plays(game_id), [play_as_row(play) for play in plays]
        )
        state = {"game_id": game_id, "plays": len(plays), "trainable": True, "source_hash": f"{game_id} now"}
        self.registry.append_change("games", state, subject="game_id")

    def look(self, rig: Rig | None = None, used_before: str | None = None) -> Proposal:
        return propose(self.films, self.registry, rig or self.rig("new"), 2, used_before)

    def _camera(self, game_id: str, angle: Angle) -> Camera:
        name = f"Games/{game_id}/{angle}.mp4"
        path = self.videos / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            shutil.copy(self.filmed, path)
        camera = a_camera(angle, OFFSET_S)
        return replace(camera, name=name, fingerprint=game_id, filmed=Window(0.0, LENGTH_S))


@pytest.fixture
def new_league(tmp_path: Path, filmed: Path) -> Callable[..., League]:
    def build(*annotated: str) -> League:
        league = League(tmp_path, filmed)
        for game_id in annotated:
            league.enter(game_id)
        return league

    return build


def moments_of(proposal: Proposal) -> list[float]:
    return [round(each.window.start_s + BEFORE_S, 1) for each in proposal.windows]


def test_with_no_annotated_game_wherever_much_moves_is_asked_about_and_it_is_said(
    new_league: Callable[..., League],
) -> None:
    found = new_league().look()
    assert len(found.windows) >= len(PLAYS_S) + len(ELSEWHERE_S) - 2
    assert (found.fingerprint, found.told(3)["moments_by"], found.told(3)["asked"]) == (None, BY_MOVEMENT, 3)


def test_what_people_annotated_tells_plays_from_what_moves_as_much(new_league: Callable[..., League]) -> None:
    found = new_league("g1", "g2").look()
    assert moments_of(found) == pytest.approx(PLAYS_S, abs=0.7)
    assert {each.side for each in found.windows} == {Side.LEFT}
    assert found.told(12)["moments_by"] == "v1, of 2 games"
    assert found.told(12)["candidates"] == len(PLAYS_S)
    assert found.skipped_share == pytest.approx(1 - len(PLAYS_S) * (BEFORE_S + AFTER_S) / LENGTH_S, abs=0.02)


def test_a_window_reaches_as_far_as_the_leagues_plays_do(new_league: Callable[..., League]) -> None:
    found = new_league("g1", "g2").look()
    assert {round(each.window.duration_s, 3) for each in found.windows[1:-1]} == {BEFORE_S + AFTER_S}


def test_the_model_is_on_the_record_with_its_games_and_how_it_did_on_games_it_did_not_see(
    new_league: Callable[..., League],
) -> None:
    league = new_league("g1", "g2")
    league.look()
    [entry] = league.registry.entries(MOMENT_MODELS)
    assert entry["game_ids"] == ["g1", "g2"]
    assert entry["held_out"] == {"moments": 24, "kept": 24, "candidates": 24}
    assert entry["before_s"] == [BEFORE_S, BEFORE_S]


def test_it_never_learns_from_the_game_that_it_is_used_on(new_league: Callable[..., League]) -> None:
    league = new_league("g1", "g2")
    league.look(league.rig("g2"))
    assert league.registry.latest(MOMENT_MODELS)["game_ids"] == ["g1"]  # type: ignore[index]


def test_looking_again_decodes_nothing_learns_nothing_and_finds_the_same(
    new_league: Callable[..., League], monkeypatch: pytest.MonkeyPatch
) -> None:
    league = new_league("g1", "g2")
    first = league.look()

    def decoded(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(films_module, "motion_in", decoded)
    again = league.look()
    assert again.windows == first.windows
    assert league.registry.count(MOMENT_MODELS) == 1


def test_a_video_that_was_replaced_is_looked_at_anew(new_league: Callable[..., League]) -> None:
    league = new_league("g1", "g2")
    league.look()
    name = object_names.motion("new", Angle.FAR_LEFT)
    [before] = league.films.training.list(name)
    rig = league.rig("new")
    league.look(replace(rig, cameras=(replace(rig.cameras[0], fingerprint="another"),)))
    [after] = league.films.training.list(name)
    assert after.metadata["key"] != before.metadata["key"]


def test_a_new_annotated_game_makes_a_new_model_and_moments_keep_their_names(
    new_league: Callable[..., League],
) -> None:
    league = new_league("g1", "g2")
    first = league.look()
    league.enter("g3")
    second = league.look()
    assert (second.told(0)["moments_by"], second.fingerprint != first.fingerprint) == ("v2, of 3 games", True)
    assert [each.key for each in second.windows] == [each.key for each in first.windows]


def test_a_game_that_was_asked_about_is_looked_at_with_the_same_model_again(
    new_league: Callable[..., League],
) -> None:
    league = new_league("g1", "g2")
    first = league.look()
    league.enter("g3")
    assert league.look(used_before=first.fingerprint).windows == first.windows
    assert league.registry.count(MOMENT_MODELS) == 1


def test_where_the_far_view_is_missing_the_near_one_tells_and_was_taught_from_near_ones(
    new_league: Callable[..., League],
) -> None:
    league = new_league()
    for game_id in ("g1", "g2"):
        league.enter(game_id, angles=(Angle.FAR_LEFT, Angle.NEAR_RIGHT))
    found = league.look(league.rig("new", [Angle.NEAR_RIGHT]))
    assert moments_of(found) == pytest.approx(PLAYS_S, abs=0.7)
    assert list(league.registry.latest(MOMENT_MODELS)["moments"]) == ["NEAR_RIGHT"]  # type: ignore[index]


def test_a_second_camera_is_not_looked_at_where_one_tells(new_league: Callable[..., League]) -> None:
    both = (Angle.FAR_LEFT, Angle.NEAR_RIGHT)
    league = new_league()
    for game_id in ("g1", "g2"):
        league.enter(game_id, angles=both)
    league.look(league.rig("new", both))
    assert list(league.registry.latest(MOMENT_MODELS)["moments"]) == ["FAR_LEFT"]  # type: ignore[index]
    assert league.films.training.list(object_names.motion("new", Angle.NEAR_RIGHT)) == []


def test_with_one_annotated_game_nobody_knows_and_both_are_looked_at(
    new_league: Callable[..., League],
) -> None:
    both = (Angle.FAR_LEFT, Angle.NEAR_RIGHT)
    league = new_league()
    league.enter("g1", angles=both)
    assert moments_of(league.look(league.rig("new", both))) == pytest.approx(PLAYS_S, abs=0.7)
    assert set(league.registry.latest(MOMENT_MODELS)["moments"]) == set(both)  # type: ignore[index]


def test_a_few_plays_are_too_few_to_learn_from(new_league: Callable[..., League]) -> None:
    league = new_league()
    league.enter("g1", PLAYS_S[:5])
    assert league.look().fingerprint is None
    assert league.registry.count(MOMENT_MODELS) == 0


def test_a_film_of_the_past_that_is_gone_teaches_nothing_and_stops_nothing(
    new_league: Callable[..., League],
) -> None:
    league = new_league("g1", "g2")
    (league.videos / "Games/g1/FAR_LEFT.mp4").unlink()
    assert moments_of(league.look()) == pytest.approx(PLAYS_S, abs=0.7)
    assert league.registry.latest(MOMENT_MODELS)["game_ids"] == ["g2"]  # type: ignore[index]


def test_a_camera_that_cannot_be_read_is_a_loss(new_league: Callable[..., League]) -> None:
    league = new_league("g1", "g2")
    rig = league.rig("new")
    (league.videos / "Games/new/FAR_LEFT.mp4").write_bytes(b"no video")
    found = league.look(rig)
    assert (found.windows, [entry.what for entry in found.quarantined]) == ([], ["camera FAR_LEFT"])


def test_a_rig_without_cameras_proposes_nothing(new_league: Callable[..., League]) -> None:
    found = new_league("g1").look(Rig("new", (), (), "h"))
    assert (found.windows, found.quarantined, found.skipped_share) == ([], [], 0.0)
