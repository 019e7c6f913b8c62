"""The sensor that picks games up, tick by tick, as the world changes between the ticks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from uball_assets.adapters.plays.plays_db import PlaysSeen
from uball_assets.adapters.plays.sqlite_plays_db import SqlitePlaysDb
from uball_assets.adapters.record.training_requests import ask_by_calendar
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.object_store import ObjectInfo
from uball_assets.assets.run_words import FOR_GOOD_TAG
from uball_assets.automation.in_process import run_in_process
from uball_assets.definitions import build_defs
from uball_assets.domain.errors import Transient
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.learning.due.requests import Kind
from uball_assets.services.arrivals import Arrivals
from uball_assets_tests.automation.ticking import Ticker, a_run
from uball_assets_tests.league import Platform, new_platform
from uball_assets_tests.media.cutting.test_time_limit import an_ffmpeg

REFUSED = r"1 games: 0 up to date; g1: grade F: collected again in \d+ s"


def put_video(platform: Platform, game_id: str, content: bytes = b"no video") -> Path:
    """A file that no tool can read: the game is refused within a second, which counts as processed."""
    path = platform.videos / "Games" / game_id / "FAR_LEFT.mp4"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def add_game(platform: Platform, game_id: str) -> None:
    """A game as people bring it: rows and a file, no partition."""
    platform.resources.plays_db.add_game({**platform.filmed.row, "id": game_id}, platform.rows(game_id), [])
    put_video(platform, game_id)


def run_asked(platform: Platform, ticker: Ticker) -> None:
    for request in ticker.requests:
        tags = {**request.tags, "dagster/run_key": request.run_key or ""}
        platform.run_game(request.partition_key or "", **tags)


def picked_up(platform: Platform, game_id: str = "g1") -> Ticker:
    """A game that was seen, run and refused: nothing is to be done for a minute."""
    add_game(platform, game_id)
    ticker = Ticker(platform, "games_sensor")
    ticker.tick()
    ticker.tick()
    run_asked(platform, ticker)
    assert re.fullmatch(REFUSED, ticker.tick())
    return ticker


def outcomes(platform: Platform) -> list[tuple[str, str]]:
    """Of each attempt on the record: how it ended, and the end of its run key."""
    told = [one for entry in platform.entries("attempt_outcomes") for one in entry["outcomes"]]
    return [(one["outcome"], one["run_key"][-2:]) for one in told]


def set_teams(platform: Platform, game_id: str, *colors: str) -> None:
    told = {f"team{number}_color": color for number, color in enumerate(colors, start=1)}
    platform.resources.plays_db.add_game({"id": game_id, **told}, [], [])


def test_a_game_whose_teams_alone_change_is_processed_again_once(platform: Platform) -> None:
    ticker = picked_up(platform)
    set_teams(platform, "g1", "Purple", "Orange")
    assert ticker.tick() == ""
    [request] = ticker.requests
    assert request.tags["game/reason"].startswith("its teams changed")
    run_asked(platform, ticker)
    assert re.fullmatch(REFUSED, ticker.tick())


def test_a_game_processed_before_teams_were_watched_is_no_changed_one(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr("uball_assets.assets.games.teams_hash", lambda _: None)
        earlier.setattr("uball_assets.services.sources.teams_hash", lambda _: "")
        ticker = picked_up(platform)
    assert re.fullmatch(REFUSED, ticker.tick())


def test_a_game_is_noted_at_the_first_look_and_asked_for_at_the_second(platform: Platform) -> None:
    add_game(platform, "g1")
    ticker = Ticker(platform, "games_sensor")
    assert "g1: still settling" in ticker.tick()
    assert ticker.requests == []
    assert platform.instance.get_dynamic_partitions("games") == []
    assert ticker.tick() == ""
    [request] = ticker.requests
    assert request.partition_key == "g1"
    assert (request.run_key or "").startswith("game:g1:")
    assert (request.run_key or "").endswith(":1")
    assert request.tags["game/reason"] == "new game"
    assert list(platform.instance.get_dynamic_partitions("games")) == ["g1"]
    assert platform.entries("attempts")[-1]["run_key"] == request.run_key


def test_a_file_that_is_still_being_copied_is_not_taken(platform: Platform) -> None:
    add_game(platform, "g1")
    ticker = Ticker(platform, "games_sensor")
    for size in range(3):
        put_video(platform, "g1", b"x" * size)
        assert "g1: still settling" in ticker.tick()


def test_a_half_imported_game_is_not_taken_for_a_new_one(platform: Platform) -> None:
    add_game(platform, "g1")
    mark = object_names.unfinished("import", "g1")
    platform.resources.video_store.write(mark, b"")
    ticker = Ticker(platform, "games_sensor")
    for _ in range(3):
        assert "g1: its import has not ended" in ticker.tick()
        assert platform.instance.get_dynamic_partitions("games") == []
    platform.resources.video_store.delete(mark)
    assert ticker.tick() == ""
    assert [request.partition_key for request in ticker.requests] == ["g1"]


def test_nothing_is_asked_for_while_the_games_run_is_going(platform: Platform) -> None:
    add_game(platform, "g1")
    ticker = Ticker(platform, "games_sensor")
    ticker.tick()
    ticker.tick()
    a_run(platform, ticker.requests[0], "game_job")
    assert ticker.tick() == "1 games: 0 up to date; g1: its run is going"


def test_a_request_that_the_daemon_never_launched_is_made_again_under_the_same_key(
    platform: Platform,
) -> None:
    add_game(platform, "g1")
    ticker = Ticker(platform, "games_sensor")
    ticker.tick()
    ticker.tick()
    [lost] = ticker.requests
    ticker.tick()
    assert [request.run_key for request in ticker.requests] == [lost.run_key]


def test_a_failed_run_waits_and_then_there_is_a_second_attempt(
    build_platform: Callable[..., Platform], videos: Path
) -> None:
    patient = build_platform(attempt_backoff_s=(600.0,))
    add_game(patient, "g1")
    ticker = Ticker(patient, "games_sensor")
    ticker.tick()
    ticker.tick()
    a_run(patient, ticker.requests[0], "game_job", dg.DagsterRunStatus.FAILURE)
    assert re.search(r"g1: attempt 1 failed; the next in \d+ s", ticker.tick())
    hasty = new_platform(patient.settings.home, patient.filmed, videos, attempt_backoff_s=(0.0,))
    again = Ticker(Platform(**{**vars(hasty), "instance": patient.instance}), "games_sensor", ticker.cursor)
    assert again.tick() == ""
    assert (again.requests[0].run_key or "").endswith(":2")


def test_after_three_failures_it_gives_up_until_the_game_changes(
    build_platform: Callable[..., Platform],
) -> None:
    platform = build_platform(attempt_backoff_s=(0.0,))
    add_game(platform, "g1")
    ticker = Ticker(platform, "games_sensor")
    ticker.tick()
    keys = []
    for _ in range(3):
        assert ticker.tick() == ""
        keys.append(ticker.requests[0].run_key)
        a_run(platform, ticker.requests[0], "game_job", dg.DagsterRunStatus.FAILURE)
    assert len(set(keys)) == 3
    assert "g1: gave up after 3 attempts: a person must see the runs" in ticker.tick()
    assert ticker.requests == []
    put_video(platform, "g1", b"a better upload")
    ticker.tick()
    assert ticker.tick() == ""
    assert (ticker.requests[0].run_key or "").endswith(":1")


@pytest.mark.parametrize("deleted", [(0,), (1,), (0, 1)], ids=["the first", "the second", "both"])
def test_a_failed_run_that_is_deleted_in_the_ui_stalls_nothing_and_counts(
    build_platform: Callable[..., Platform], deleted: tuple[int, ...]
) -> None:
    """Numbers made of the runs that are left would use a key again, and that is skipped in silence."""
    platform = build_platform(attempt_backoff_s=(0.0,))
    add_game(platform, "g1")
    ticker = Ticker(platform, "games_sensor")
    ticker.tick()
    for _ in range(2):
        assert ticker.tick() == ""
        a_run(platform, ticker.requests[0], "game_job", dg.DagsterRunStatus.FAILURE)
    ticker.tick()
    assert outcomes(platform) == [("failed", ":1"), ("failed", ":2")]
    runs = sorted(platform.instance.get_runs(), key=lambda run: run.tags["dagster/run_key"])
    for place in deleted:
        platform.instance.delete_run(runs[place].run_id)
    assert ticker.tick() == ""
    assert (ticker.requests[0].run_key or "").endswith(":3")
    a_run(platform, ticker.requests[0], "game_job", dg.DagsterRunStatus.FAILURE)
    assert "g1: gave up after 3 attempts" in ticker.tick()
    assert len(outcomes(platform)) == 3


def test_a_run_deleted_before_any_look_is_asked_for_again_under_its_own_key(platform: Platform) -> None:
    """No run has that key any more, so Dagster takes it."""
    add_game(platform, "g1")
    ticker = Ticker(platform, "games_sensor")
    ticker.tick()
    ticker.tick()
    [first] = ticker.requests
    a_run(platform, first, "game_job", dg.DagsterRunStatus.FAILURE)
    platform.instance.delete_run(platform.instance.get_runs()[0].run_id)
    ticker.tick()
    assert [request.run_key for request in ticker.requests] == [first.run_key]


def test_a_partition_deleted_by_hand_comes_back_and_that_is_said(platform: Platform) -> None:
    ticker = picked_up(platform)
    platform.instance.delete_dynamic_partition("games", "g1")
    assert re.fullmatch(REFUSED + "; g1: its partition was deleted, and is added again", ticker.tick())
    assert list(platform.instance.get_dynamic_partitions("games")) == ["g1"]
    assert re.fullmatch(REFUSED, ticker.tick())


@pytest.mark.parametrize("cursor", ["0", "null", "[]", "true", "nonsense", '"g1"', '{"g1": 7}', ""])
def test_a_cursor_set_by_hand_costs_one_more_look(platform: Platform, cursor: str) -> None:
    add_game(platform, "g1")
    ticker = Ticker(platform, "games_sensor", cursor)
    assert "g1: still settling" in ticker.tick()
    assert ticker.tick() == ""
    assert [request.partition_key for request in ticker.requests] == ["g1"]


def test_a_refused_game_is_collected_again_with_back_off_and_then_a_person_must_look(
    build_platform: Callable[..., Platform],
) -> None:
    platform = build_platform(attempt_backoff_s=(0.0,))
    add_game(platform, "g1")
    ticker = Ticker(platform, "games_sensor")
    ticker.tick()
    keys = []
    for reason in ("new game", "grade F: collected again", "grade F: collected again"):
        assert ticker.tick() == ""
        [request] = ticker.requests
        assert request.tags["game/reason"] == reason
        keys.append(request.run_key)
        run_asked(platform, ticker)
    assert len(set(keys)) == 3
    assert [entry["run_key"] for entry in platform.entries("attempts")] == keys
    for _ in range(2):
        assert ticker.tick() == (
            "1 games: 0 up to date; g1: grade F, also after 3 attempts: a person must "
            "see its reasons, and mend or change it"
        )
        assert ticker.requests == []
    put_video(platform, "g1", b"a better upload")
    ticker.tick()
    assert ticker.tick() == ""


def test_a_lost_clip_is_tried_again_until_it_is_there_and_nothing_else_is_cut(
    build_platform: Callable[..., Platform], tmp_path: Path
) -> None:
    platform = build_platform(
        attempt_backoff_s=(0.0,), clip_mode="reencode", ffmpeg=an_ffmpeg(tmp_path, "kill -KILL $$")
    )
    platform.add_game("g1")
    ticker = Ticker(platform, "games_sensor")
    ticker.tick()
    ticker.tick()
    run_asked(platform, ticker)
    state = platform.state("g1")
    assert (state["clips_accepted"], state["clips_lost"]) == (7, 1)
    clips = {path: path.stat().st_mtime_ns for path in platform.training.rglob("clips/*.mp4")}
    assert ticker.tick() == ""
    [request] = ticker.requests
    assert request.tags["game/reason"] == "a clip was lost: collected again"
    run_asked(platform, ticker)
    state = platform.state("g1")
    assert (state["clips_accepted"], state["clips_lost"], state["grade"]) == (8, None, "A")
    after = {path: path.stat().st_mtime_ns for path in platform.training.rglob("clips/*.mp4")}
    assert len(after) == 8
    assert clips.items() <= after.items()
    assert ticker.tick() == "1 games: 1 up to date"


def test_a_lost_clip_of_a_game_that_nobody_annotated_is_tried_again_until_it_is_there(
    trained: Platform, tmp_path: Path
) -> None:
    platform = trained.with_settings(
        attempt_backoff_s=(0.0,), clip_mode="reencode", ffmpeg=an_ffmpeg(tmp_path, "kill -KILL $$")
    )
    platform.add_game("new", [])
    ticker = Ticker(platform, "games_sensor")
    ticker.tick()
    ticker.tick()
    run_asked(platform, ticker)
    folder = platform.training / object_names.window_clips("new")
    clips = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert platform.entries("annotations")[-1]["clips_lost"] == 1
    assert ticker.tick() == ""
    [request] = ticker.requests
    assert request.tags["game/reason"] == "a clip was lost: collected again"
    run_asked(platform, ticker)
    after = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert len(after) == len(clips) + 1
    assert clips.items() <= after.items()
    assert platform.entries("annotations")[-1]["clips_lost"] is None
    assert ticker.tick() == "2 games: 2 up to date"


@pytest.mark.parametrize("what", ["file", "rows"])
def test_a_change_outside_asks_for_the_game_again(platform: Platform, what: str) -> None:
    ticker = picked_up(platform)
    if what == "file":
        put_video(platform, "g1", b"another video")
    else:
        platform.edit(platform.rows("g1")[0], note="Corrected.")
    assert "g1: still settling" in ticker.tick()
    assert ticker.tick() == ""
    [request] = ticker.requests
    changed = {"file": "its videos or their offsets", "rows": "its plays"}[what]
    assert request.tags["game/reason"] == f"{changed} changed"


def test_a_game_that_changes_back_is_asked_for_under_a_key_of_its_own(platform: Platform) -> None:
    """Dagster swallows a run key that it has seen, whatever became of its run."""
    add_game(platform, "g1")
    ticker = Ticker(platform, "games_sensor")
    keys = []
    for content in (b"A", b"B", b"A", b"B"):
        put_video(platform, "g1", content)
        ticker.tick()
        assert ticker.tick() == ""
        keys.append(ticker.requests[0].run_key)
        run_asked(platform, ticker)
        assert re.fullmatch(REFUSED, ticker.tick())
    assert len(set(keys)) == 4


def test_a_game_that_nobody_annotated_is_asked_for_again_when_another_model_serves(
    platform: Platform,
) -> None:
    platform.resources.plays_db.add_game({**platform.filmed.row, "id": "g1"}, [], [])
    for angle in Angle:
        platform.put_video("g1", angle, share=0.01)
    ticker = Ticker(platform, "games_sensor")
    ticker.tick()
    ticker.tick()
    run_asked(platform, ticker)
    assert ticker.tick() == "1 games: 1 up to date"
    route = {"generation": 1, "routes": [{"model": "v1", "weight_percent": 100}], "reason": ""}
    platform.resources.registry.append("routes", route, key="1")
    assert ticker.tick() == ""
    assert ticker.requests[0].tags["game/reason"].endswith("v1 serves now, and no model annotated it")


def test_a_folder_that_cannot_be_a_game_is_told_and_costs_no_other_game(platform: Platform) -> None:
    picked_up_name = "game 1 (final)"
    ticker = picked_up(platform)
    put_video(platform, picked_up_name)
    said = ticker.tick()
    assert re.match(REFUSED + r"; game id 'game 1 \(final\)' cannot name a game", said)
    assert list(platform.instance.get_dynamic_partitions("games")) == ["g1"]


def test_without_a_database_it_says_what_to_do(platform: Platform) -> None:
    put_video(platform, "g1")
    said = Ticker(platform, "games_sensor").tick()
    assert said.startswith("cannot look for games: there is no plays database at")
    assert "make demo" in said


def test_a_database_that_is_locked_is_a_skip_with_its_reason(platform: Platform) -> None:
    class Locked(SqlitePlaysDb):
        def play_versions(self) -> dict[str, str]:
            raise Transient("locked")

    add_game(platform, "g1")
    ticker = Ticker(platform, "games_sensor")
    resources = {**platform.resources.by_name(), "plays_db": Locked(platform.settings.home / "plays.db")}
    context = dg.build_sensor_context(
        instance=platform.instance, definitions=platform.defs, resources=resources
    )
    sensor = next(s for s in platform.defs.sensors or () if s.name == ticker.sensor)
    result: Any = sensor(context)
    assert result.skip_reason.skip_message == "cannot look for games: locked"


def test_a_tick_asks_for_at_most_25_games_and_the_next_for_the_others(platform: Platform) -> None:
    names = [f"g{number:02d}" for number in range(30)]
    for game_id in names:
        platform.resources.plays_db.add_game({**platform.filmed.row, "id": game_id}, [], [])
    ticker = Ticker(platform, "games_sensor")
    ticker.tick()
    ticker.tick()
    assert [request.partition_key for request in ticker.requests] == names[:25]
    assert set(platform.instance.get_dynamic_partitions("games")) == set(names[:25])
    for request in ticker.requests:
        a_run(platform, request, "game_job")
    ticker.tick()
    assert [request.partition_key for request in ticker.requests] == names[25:]


def test_a_video_that_arrives_after_its_games_rows_is_picked_up_and_brought(
    platform: Platform, tmp_path: Path
) -> None:
    """Where videos arrive elsewhere: the game was processed without, and nothing changed in its folder."""
    kept, key = platform.resources, "Games/2026-03-18/game1/FAR_LEFT.mp4"
    arrivals = Arrivals(FolderStore(tmp_path / "arrived"), kept.video_store, kept.plays_db)
    assert arrivals.store is not None
    league = replace(
        platform,
        resources=replace(kept, arrivals=arrivals),
        defs=build_defs(platform.settings, arrivals=arrivals),
    )
    camera = {"angle": "FAR_LEFT", "s3_key": key}
    kept.plays_db.add_game({**platform.filmed.row, "id": "g1"}, platform.rows("g1"), [camera])
    ticker = Ticker(league, "games_sensor")
    ticker.tick()
    ticker.tick()
    run_asked(league, ticker)
    assert re.fullmatch(REFUSED, ticker.tick())
    arrivals.store.write(key, b"no video")
    assert "g1: still settling" in ticker.tick()
    ticker.tick()
    assert [request.tags["game/reason"] for request in ticker.requests] == [
        "its videos or their offsets changed"
    ]
    run_asked(league, ticker)
    assert kept.video_store.read("Games/g1/FAR_LEFT.mp4") == b"no video"
    ticker.tick()
    ticker.tick()
    assert ticker.requests == []
    assert re.fullmatch(REFUSED, ticker.tick())


def route_to(platform: Platform, model: str) -> None:
    """As a person writes one by hand."""
    generation = len(platform.entries("routes")) + 1
    row = {"generation": generation, "routes": [{"model": model, "weight_percent": 100}], "reason": "by hand"}
    platform.resources.registry.append("routes", row, key=f"by-hand-{generation}")


def test_a_run_that_failed_for_good_is_asked_for_no_more_until_it_is_mended_and_started_by_hand(
    trained: Platform,
) -> None:
    """A route is no content of an annotated game: nothing outside changes when it is corrected."""
    platform = trained.with_settings(attempt_backoff_s=(0.0,))
    route_to(platform, "v9")
    add_game(platform, "g2")
    ticker = Ticker(platform, "games_sensor")
    ticker.tick()
    assert ticker.tick() == ""
    [request] = ticker.requests
    tags = {**request.tags, "dagster/run_key": request.run_key or ""}
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    job = platform.defs.resolve_job_def("game_job")
    assert not run_in_process(job, "g2", platform.instance, tags, quiet, platform.settings.league)
    held = (
        "g2: held: its run at just this content ended for good: annotations: the record has no model v9: "
        "correct the newest route, or train it. Mend that; where its files and rows stay the same, start it "
        "by hand then (`uball run g2`, or materialise it)"
    )
    for _ in range(2):
        assert held in ticker.tick()
        assert ticker.requests == []
    [told] = [one for entry in platform.entries("attempt_outcomes") for one in entry["outcomes"]]
    assert told["for_good"].startswith("annotations: the record has no model v9")
    platform.instance.delete_run(platform.instance.get_runs()[0].run_id)
    route_to(platform, "basketball-model-v1-1games")
    assert held in ticker.tick()
    platform.run_game("g2")
    assert ticker.tick() == ""
    [request] = ticker.requests
    assert request.tags["game/reason"] == "grade F: collected again", (
        "it is processed; what is left is its grade"
    )


def test_a_run_that_failed_for_good_is_asked_for_again_once_the_game_changes(trained: Platform) -> None:
    add_game(trained, "g2")
    ticker = Ticker(trained, "games_sensor")
    ticker.tick()
    ticker.tick()
    [request] = ticker.requests
    a_run(trained, request, "game_job", dg.DagsterRunStatus.FAILURE, {FOR_GOOD_TAG: "plays: no column angle"})
    assert "g2: held: " in ticker.tick()
    put_video(trained, "g2", b"a better upload")
    ticker.tick()
    assert ticker.tick() == ""
    assert [request.partition_key for request in ticker.requests] == ["g2"]


def test_the_daily_collection_tries_once_more_what_was_given_up_and_leaves_old_games_alone(
    build_platform: Callable[..., Platform],
) -> None:
    platform = build_platform(attempt_backoff_s=(0.0,), max_attempts=1)
    add_game(platform, "g1")
    ticker = Ticker(platform, "games_sensor")
    ticker.tick()
    ticker.tick()
    run_asked(platform, ticker)
    assert "also after 1 attempts" in ticker.tick()
    for day in ("2026-11-29", "2026-11-30"):
        ask_by_calendar(platform.resources.registry, Kind.DAILY, day, None)
        assert ticker.tick() == ""
        assert ticker.requests[0].tags["game/reason"] == "grade F: the daily collection"
        run_asked(platform, ticker)
        assert "grade F, also after the daily collection" in ticker.tick()
    old = Ticker(platform.with_settings(collect_days=-1), "games_sensor", ticker.cursor)
    ask_by_calendar(platform.resources.registry, Kind.DAILY, "2026-12-01", None)
    assert "also after 1 attempts" in old.tick()


class FingerprintCounting(FolderStore):
    """Of what it is asked for a fingerprint; opened anew it knows none."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.asked_of: list[str] = []

    def fingerprint(self, info: ObjectInfo) -> str:
        self.asked_of.append(info.name)
        return super().fingerprint(info)


def test_a_later_tick_keeps_a_games_hash_and_asks_for_the_content_of_what_changed_alone(
    platform: Platform,
) -> None:
    for game_id in ("g1", "g2"):
        add_game(platform, game_id)
    ticker = Ticker(platform, "games_sensor")

    def asked_in_a_tick() -> set[str]:
        store = FingerprintCounting(platform.videos)
        ticker.platform = replace(platform, resources=replace(platform.resources, video_store=store))
        ticker.tick()
        return set(store.asked_of)

    videos = {f"Games/{game_id}/FAR_LEFT.mp4" for game_id in ("g1", "g2")}
    assert asked_in_a_tick() == videos
    assert [asked_in_a_tick() for _ in range(3)] == [set()] * 3
    put_video(platform, "g2", b"another video")
    assert asked_in_a_tick() == {"Games/g2/FAR_LEFT.mp4"}
    assert asked_in_a_tick() == set()


class ReadPageByPage(SqlitePlaysDb):
    """As a database whose plays take several ticks to read: so many games are known by then."""

    known = 1

    def plays_seen(self, is_over: Callable[[], bool]) -> PlaysSeen:
        del is_over
        versions = super().play_versions()
        names = sorted(versions)
        unread_from = names[self.known] if self.known < len(names) else None
        return PlaysSeen({name: versions[name] for name in names[: self.known]}, unread_from)


def test_games_whose_plays_are_not_read_yet_wait_for_their_tick_and_cost_no_other_game_its_own(
    platform: Platform,
) -> None:
    for game_id in ("g1", "g2", "g3"):
        add_game(platform, game_id)
    database = ReadPageByPage(platform.settings.home / "plays.db")
    league = replace(platform, resources=replace(platform.resources, plays_db=database))
    ticker = Ticker(league, "games_sensor")
    assert ticker.tick() == (
        "3 games: 0 up to date; 2 not looked at yet: the next look goes on with g2; "
        "g1: still settling: seen for the first time"
    )
    ticker.tick()
    assert [request.partition_key for request in ticker.requests] == ["g1"]
    database.known = 3
    for _ in range(2):
        ticker.tick()
    assert {"g2", "g3"} <= {request.partition_key for request in ticker.requests}


def a_model_serves(platform: Platform, version: int, base: str) -> str:
    name = f"basketball-model-v{version}-1games"
    entry = {"name": name, "label": f"v{version}-1games", "version": version, "base": base}
    platform.resources.registry.append("models", entry, key=name)
    row = {"routes": [{"model": name, "weight_percent": 100.0}], "generation": version}
    platform.resources.registry.append("routes", row, key=str(version))
    return name


def test_what_is_to_be_annotated_again_waits_for_the_months_money_and_goes_on_when_there_is_some(
    build_platform: Callable[..., Platform], videos: Path
) -> None:
    poor = build_platform(ceiling_month_usd=10.0)
    for game_id in ("g1", "g2", "g3"):
        poor.resources.plays_db.add_game({**poor.filmed.row, "id": game_id}, [], [])
        put_video(poor, game_id)
    ticker = Ticker(poor, "games_sensor")
    ticker.tick()
    ticker.tick()
    run_asked(poor, ticker)
    assert ticker.tick().startswith("3 games: ")
    model = a_model_serves(poor, 1, "gemini-3.5-flash")
    bill = {
        "what": "answers",
        "subject": f"game g0 by {model}",
        "usd": 4.0,
        "estimated_usd": 4.0,
        "tokens": 9,
    }
    month = f"{datetime.now(UTC):%Y-%m}"
    poor.resources.registry.append("costs", {**bill, "month": month}, key="answers:1")
    assert ticker.tick() == ""
    assert [request.partition_key for request in ticker.requests] == ["g1"]
    again = {**bill, "subject": f"game g00 by {model}", "month": month}
    poor.resources.registry.append("costs", again, key="answers:2")
    said = ticker.tick()
    assert (
        f"g1: to be annotated again: {model} serves now, and no model annotated it; waits for money" in said
    )
    assert "$2.00 of the month remain, and a game takes about $4.00" in said
    assert ticker.requests == []
    rich = new_platform(poor.settings.home, poor.filmed, videos, ceiling_month_usd=100.0)
    after = Ticker(Platform(**{**vars(rich), "instance": poor.instance}), "games_sensor", ticker.cursor)
    assert after.tick() == ""
    assert sorted(request.partition_key or "" for request in after.requests) == ["g1", "g2", "g3"]
