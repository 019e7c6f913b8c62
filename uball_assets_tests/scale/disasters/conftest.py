"""The leagues of the rehearsals, each made once: one with all in its home, one with its stores elsewhere."""

from __future__ import annotations

import uuid

import pytest
import urllib3

from uball_assets_tests.cloud.servers.fixtures import log_in_to_s3
from uball_assets_tests.scale.disasters.rehearsal import Made, make


@pytest.fixture(scope="session")
def in_home(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("home"), {})


@pytest.fixture(scope="session")
def buckets(_s3_server: str) -> tuple[str, str]:
    """Two empty ones."""
    names = [f"league-{uuid.uuid4().hex[:12]}" for _ in range(2)]
    for name in names:
        assert urllib3.request("PUT", f"{_s3_server}/{name}").status == 200
    first, second = (f"s3://{name}" for name in names)
    return first, second


@pytest.fixture(scope="session")
def _made_in_buckets(
    tmp_path_factory: pytest.TempPathFactory, buckets: tuple[str, str], _s3_server: str
) -> Made:
    folder, (bucket, saved) = tmp_path_factory.mktemp("buckets"), buckets
    elsewhere = {
        "UBALL_TRAINING_URL": f"{bucket}/league",
        "UBALL_VIDEOS_URL": str(folder / "elsewhere" / "videos"),
        "UBALL_PLAYS_URL": f"sqlite:///{folder / 'elsewhere' / 'plays.db'}",
    }
    with pytest.MonkeyPatch.context() as patch:
        log_in_to_s3(patch, _s3_server)
        return make(folder, elsewhere, saved)


@pytest.fixture
def in_buckets(_made_in_buckets: Made, _s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Made:
    """The training store in a bucket; videos and plays on another disk."""
    log_in_to_s3(monkeypatch, _s3_server)
    return _made_in_buckets
