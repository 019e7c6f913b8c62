"""A home that is copied elsewhere goes on there, also one whose record tells addresses, as it did before."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from uball_assets_tests.league import Platform, metadata, new_platform


def _tell_addresses(home: Path) -> None:
    """The record as earlier versions wrote it."""
    for kind, fields in {
        "models": ("model_uri", "endpoint_uri"),
        "manifests": ("train_uri", "validation_uri"),
    }.items():
        for file in (home / "training/record" / kind).glob("*.json"):
            entry = json.loads(file.read_text())
            told = {field: (home / "training" / entry[field]).as_uri() for field in fields}
            file.write_text(json.dumps({**entry, **told}, sort_keys=True, indent=1) + "\n")


@pytest.fixture(params=["names", "addresses"])
def elsewhere(request: pytest.FixtureRequest, trained: Platform, tmp_path: Path) -> Iterator[Platform]:
    """The platform of `trained` in a copy of its home; where that was, nothing can be read any more."""
    home = trained.settings.home
    if request.param == "addresses":
        _tell_addresses(home)
    shutil.copytree(home, tmp_path / "elsewhere")
    shutil.rmtree(home / "training")
    platform = new_platform(tmp_path / "elsewhere", trained.filmed, trained.originals)
    platform.instance.add_dynamic_partitions("games", ["g1"])
    yield platform
    platform.instance.dispose()


def test_a_copied_home_has_nothing_to_do_and_its_games_did_not_change(elsewhere: Platform) -> None:
    before = elsewhere.state("g1")
    assert elsewhere.run_game("g1").success
    assert elsewhere.state("g1") == before
    (annotated,) = elsewhere.entries("annotations")[-1:]
    assert annotated["model"] == "basketball-model-v1-1games"


def test_a_copied_home_annotates_trains_and_goes_on_from_its_model(elsewhere: Platform) -> None:
    elsewhere.add_game("g2")
    run = elsewhere.run_game("g2")
    assert run.success
    assert metadata(run, "annotations")["model"] == "basketball-model-v1-1games"
    assert elsewhere.retrain("g2").success
    newest = elsewhere.entries("models")[-1]
    assert newest["parent"] == "basketball-model-v1-1games"
    lines = (elsewhere.training / elsewhere.entries("manifests")[-1]["train_uri"]).read_text().splitlines()
    assert all(elsewhere.training.as_uri() in line for line in lines)
    assert {line.split("games/")[1].split("/")[0] for line in lines} == {"g1", "g2"}


def test_nothing_that_the_record_says_is_an_address(trained: Platform) -> None:
    for file in (trained.training / "record").rglob("*.json*"):
        assert "://" not in file.read_text(), file
