"""Runs that each have an empty home of their own, as pods do, against the same stores: none hangs on a home.

Not here: which settings would keep something in it (`scale.kubernetes`).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from uball_assets.domain.hashing import bytes_hash
from uball_assets_tests.automation.ticking import Ticker
from uball_assets_tests.league import Platform, metadata


def in_a_pod(platform: Platform, home: Path) -> Platform:
    """The same league from an empty home, which is gone when the next one comes."""
    shutil.rmtree(home, ignore_errors=True)
    return platform.with_settings(home=home)


def made(platform: Platform) -> dict[str, str]:
    """Clips, lines and weights, by the hash of their bytes."""
    files = [path for path in platform.training.rglob("*") if path.suffix in (".mp4", ".safetensors")]
    return {path.relative_to(platform.training).as_posix(): bytes_hash(path.read_bytes()) for path in files}


def test_a_game_and_its_training_in_two_empty_homes_end_as_in_one(
    build_platform: Callable[[], Platform], trained: Platform, tmp_path: Path
) -> None:
    platform = build_platform()
    platform.add_game("g1")
    assert in_a_pod(platform, tmp_path / "pod").run_game("g1").success
    assert in_a_pod(platform, tmp_path / "pod").retrain("g1").success
    assert made(platform)
    assert made(platform) == made(trained)


def test_a_game_that_is_run_again_in_another_empty_home_finds_all_of_it_done(
    trained: Platform, tmp_path: Path
) -> None:
    before, clips = trained.state("g1"), _written(trained)
    pod = in_a_pod(trained, tmp_path / "pod")
    run = pod.run_game("g1")
    assert run.success
    assert trained.state("g1") == before
    assert _written(trained) == clips
    assert metadata(run, "annotations")["model"] == "basketball-model-v1-1games"


def test_a_sensor_in_an_empty_home_knows_what_was_done_in_others(trained: Platform, tmp_path: Path) -> None:
    assert "1 up to date" in Ticker(in_a_pod(trained, tmp_path / "pod"), "games_sensor").tick()


def _written(platform: Platform) -> dict[str, int]:
    """When each clip was put there."""
    return {path.name: path.stat().st_mtime_ns for path in platform.training.rglob("*.mp4")}
