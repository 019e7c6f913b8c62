"""Vertex AI on this machine for tests: one process a test session, as new for each test.

It reads the buckets of the GCS emulator: make one with `a_gcs_bucket`, or take `a_training_file` in one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import urllib3

from uball_assets.adapters.machine.processes import stop
from uball_assets.adapters.stores.opening import open_store
from uball_assets_tests.adapters.clips_of_shots import training_lines


@dataclass(frozen=True)
class VertexServer:
    url: str
    """The base_url for google-genai's http_options."""

    def control(self, *faults: Mapping[str, Any], **settings: Any) -> None:
        """Orders faults (`vertex_faults`), and sets `state_s` or `limits`."""
        answer = urllib3.request("POST", f"{self.url}/control", json={"faults": faults, **settings})
        assert answer.status == 200, answer.data

    def counts(self) -> dict[str, Any]:
        """requests by address, tuning_jobs, batch_jobs, states of the one, batch_states of the other,
        billed_tuning_tokens, answered_tokens."""
        counted: dict[str, Any] = urllib3.request("GET", f"{self.url}/control").json()
        return counted


@pytest.fixture(scope="session")
def _vertex_server(_gcs_server: str) -> Iterator[str]:
    command = [sys.executable, "-m", "uball_assets_tests.cloud.vertex_server.vertex_server"]
    environment = {**os.environ, "STORAGE_EMULATOR_HOST": _gcs_server}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert port, "vertex_server did not start: is the services extra installed? run make test-services"
        yield f"http://127.0.0.1:{port}"
        stop(process)  # it clears its folder


@pytest.fixture
def a_vertex_server(_vertex_server: str, _gcs_server: str, monkeypatch: pytest.MonkeyPatch) -> VertexServer:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", _gcs_server)
    server = VertexServer(_vertex_server)
    server.control(reset=True)
    return server


@pytest.fixture
def a_training_file(a_gcs_bucket: str) -> str:
    """The address of a JSONL of eight shots, FAR_LEFT, two seconds each, with their clips in its bucket."""
    store = open_store(a_gcs_bucket)
    lines = training_lines(store, ("FG_MAKE", "3PT_MISS") * 4)
    store.write("games/g1/train.jsonl", "".join(f"{line}\n" for line in lines).encode())
    return store.uri("games/g1/train.jsonl")
