"""The proof of the store on a real game: what is deleted or damaged is asked for, and exactly that is
made."""

from __future__ import annotations

import json
import time
from pathlib import Path

import dagster as dg
import pytest
from click.testing import CliRunner, Result

from uball_assets.automation.instance import open_instance
from uball_assets.automation.operating.proving import prove_store, prover
from uball_assets.automation.operating.repairs import open_repairs
from uball_assets.cli import main
from uball_assets.domain.operating.store_proof import GameProof
from uball_assets.domain.run_figures import RUNS, Outcome, RunFigures, StartedBy
from uball_assets.services.store_proof import SET_ASIDE, StoreProof
from uball_assets_tests.automation.ticking import Ticker
from uball_assets_tests.league import Platform


@dg.job
def game_job() -> None:
    pass


@pytest.fixture
def processed(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """One game, its run ended long enough ago for another attempt."""
    monkeypatch.setenv("UBALL_HOME", str(platform.settings.home))
    platform = platform.with_settings(attempt_backoff_s=(0.0,))
    platform.add_game("g1")
    assert platform.run_game("g1").success
    return platform


def prove(platform: Platform, *, is_repairing: bool = True) -> tuple[StoreProof, list[GameProof]]:
    settings, resources = platform.settings, platform.resources
    proving = prover(settings, resources.training)
    return prove_store(settings, resources.registry, proving, is_repairing=is_repairing)


def came_through(platform: Platform) -> None:
    """What a run puts on the record at its end, by its executor; runs within a test have another."""
    now_s = time.time()
    figures = RunFigures(
        "r1", "game_job", "g1", Outcome.SUCCEEDED, StartedBy.SENSOR, "r1", 1, now_s, now_s, now_s, 0.0
    )
    platform.resources.registry.append(RUNS, figures.to_dict(), key="r1")


def clips(platform: Platform) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (platform.training / "games/g1/clips").iterdir()}


def test_a_sound_game_is_compared_and_read_once_and_then_only_listed(processed: Platform) -> None:
    first, _ = prove(processed)
    assert (first.games, first.compared, first.read, first.wrong) == (1, 1, 1, [])
    assert first.read_bytes == sum(map(len, clips(processed).values()))
    second, _ = prove(processed)
    assert (second.unchanged, second.compared, second.wrong) == (1, 0, [])


def test_a_missing_clip_of_a_game_that_a_model_alone_annotated_is_cut_again(trained: Platform) -> None:
    trained.add_game("g2", [])
    assert trained.run_game("g2").success
    seen = sorted((trained.training / "games/g2/annotations/clips").iterdir())
    assert prove(trained)[0].wrong == []
    lost, content = seen[0], seen[0].read_bytes()
    lost.unlink()
    _, [asked] = prove(trained)
    assert [Path(name).name for name in asked.missing] == [lost.name]
    assert trained.run_game("g2").success
    assert lost.read_bytes() == content
    assert prove(trained)[0].wrong == []


def test_a_game_that_a_run_is_making_is_not_looked_at_and_the_proof_says_so(processed: Platform) -> None:
    (processed.training / "games/g1/clips" / next(iter(clips(processed)))).unlink()
    with open_instance(processed.settings) as instance:
        tags = {"dagster/partition": "g1"}
        instance.create_run_for_job(game_job, status=dg.DagsterRunStatus.STARTED, tags=tags)
    found, asked = prove(processed)
    assert (found.games, found.at_work, found.wrong, asked) == (0, 1, [], [])
    said = CliRunner().invoke(main, ["verify"])
    assert said.exit_code == 0
    assert "of 1 more a run is at work: look again when it is done" in said.stdout


def test_a_missing_and_a_damaged_clip_are_asked_for_and_exactly_these_are_cut_again(
    processed: Platform,
) -> None:
    ticker = Ticker(processed, "games_sensor")
    ticker.tick()
    assert "1 up to date" in ticker.tick()
    before = clips(processed)
    names = sorted(before)
    folder = processed.training / "games/g1/clips"
    stamps = {name: (folder / name).stat().st_mtime_ns for name in names}
    (folder / names[0]).unlink()
    damaged = bytearray(before[names[1]])
    damaged[len(damaged) // 2] ^= 0xFF
    (folder / names[1]).write_bytes(bytes(damaged))

    _, asked = prove(processed)
    assert [proof.said for proof in asked] == ["1 missing, 1 changed in the store"]
    assert (processed.training / SET_ASIDE / "games/g1/clips" / names[1]).read_bytes() == bytes(damaged)
    ticker.tick()
    (request,) = ticker.requests
    assert request.tags["game/reason"] == "1 missing, 1 changed in the store: collected again"

    assert processed.run_game("g1", **{"dagster/run_key": str(request.run_key)}).success
    assert clips(processed) == before
    now = {name: (folder / name).stat().st_mtime_ns for name in names}
    assert {name for name in names if now[name] != stamps[name]} == set(names[:2])
    came_through(processed)
    assert ticker.tick().startswith("1 games: 1 up to date")
    assert open_repairs(processed.resources.registry) == {}
    assert prove(processed)[0].wrong == []


def test_lines_that_were_changed_are_written_anew(processed: Platform) -> None:
    lines = processed.training / "games/g1/training_data.jsonl"
    whole = lines.read_bytes()
    lines.write_bytes(whole[:-20])
    found, _ = prove(processed)
    assert "games/g1/training_data.jsonl" in found.wrong[0].changed
    assert processed.run_game("g1").success
    assert lines.read_bytes() == whole


def test_what_is_asked_for_is_asked_once_and_shown_as_broken(processed: Platform) -> None:
    (processed.training / "games/g1/plays.json").unlink()
    for _ in range(3):
        prove(processed)
    assert len(processed.entries("repairs")) == 1
    said = uball("status", "--check", "--json")
    keys = [one["key"] for one in json.loads(said.stdout)["findings"]]
    assert "repair:g1" in keys


def test_verify_tells_what_is_wrong_and_asks_only_if_it_is_told_to(processed: Platform) -> None:
    assert uball("verify").exit_code == 0
    (processed.training / "games/g1/plays.json").unlink()
    said = uball("verify")
    assert (said.exit_code, "1 missing in the store" in said.stdout) == (1, True)
    assert processed.entries("repairs") == []
    assert uball("verify", "--repair", "g1").exit_code == 1
    assert len(processed.entries("repairs")) == 1
    assert uball("verify", "g2").exit_code == 0


def test_without_its_notes_and_with_no_bytes_to_read_everything_is_compared(processed: Platform) -> None:
    prove(processed)
    notes = processed.training / "proof/listings.json"
    notes.write_text("no json")
    found, _ = prove(processed.with_settings(proof_gb_a_night=1e-12))
    assert (found.compared, found.read) == (1, 0)
    assert Path(notes).read_text().startswith("{")


def test_clips_that_settings_left_out_are_tried_again_when_those_change(processed: Platform) -> None:
    registry = processed.resources.registry
    (state,) = processed.entries("games")
    told = {name: value for name, value in state.items() if name not in ("number", "key", "recorded_at")}
    registry.append("games", {**told, "judged_by": processed.settings.quarantine_causes}, key="same")
    ticker = Ticker(processed, "games_sensor")
    ticker.tick()
    assert "1 up to date" in ticker.tick()
    changed = Ticker(processed.with_settings(clip_timeout_s=120.0), "games_sensor")
    changed.tick()
    changed.tick()
    (request,) = changed.requests
    assert request.tags["game/reason"].startswith("clips were left out by settings that have changed since")


def uball(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))
