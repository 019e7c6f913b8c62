"""Buckets on this machine for tests, as URLs: a fresh, empty one each. Needs the `services` extra.

The servers run in processes of their own, once a test session; the libraries find them by the variables that
they honour themselves.
"""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Iterator

import pytest
import urllib3


def _served(module: str) -> Iterator[str]:
    command = [sys.executable, "-m", f"uball_assets_tests.cloud.servers.{module}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert port, f"{module} did not start: is the services extra installed? run make test-services"
        yield f"http://127.0.0.1:{port}"
        process.kill()


@pytest.fixture(scope="session")
def _s3_server() -> Iterator[str]:
    yield from _served("s3_server")


@pytest.fixture(scope="session")
def _gcs_server() -> Iterator[str]:
    yield from _served("gcs_server")


@pytest.fixture(scope="session")
def _bigquery_server() -> Iterator[str]:
    yield from _served("bigquery_server")


@pytest.fixture
def a_bigquery_dataset(_bigquery_server: str) -> tuple[str, str]:
    """The dataset's address, and the service's."""
    name = f"league_{uuid.uuid4().hex[:12]}"
    about = {"datasetReference": {"projectId": "test-project", "datasetId": name}}
    made = urllib3.request(
        "POST", f"{_bigquery_server}/bigquery/v2/projects/test-project/datasets", json=about
    )
    assert made.status == 200
    return f"bigquery://test-project/{name}", _bigquery_server


def log_in_to_s3(patch: pytest.MonkeyPatch, server: str) -> None:
    """By the variables of S3's own programs, for this process and those that it starts."""
    variables = {
        "AWS_ENDPOINT_URL_S3": server,
        "AWS_ACCESS_KEY_ID": "AKIATESTTESTTESTTEST",
        "AWS_SECRET_ACCESS_KEY": "planted-secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": "/nonexistent",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
    }
    for name, value in variables.items():
        patch.setenv(name, value)


@pytest.fixture
def an_s3_bucket(_s3_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    log_in_to_s3(monkeypatch, _s3_server)
    bucket = f"s3-{uuid.uuid4().hex[:12]}"
    assert urllib3.request("PUT", f"{_s3_server}/{bucket}").status == 200
    return f"s3://{bucket}"


@pytest.fixture
def a_gcs_bucket(_gcs_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", _gcs_server)
    bucket = f"gcs-{uuid.uuid4().hex[:12]}"
    made = urllib3.request("POST", f"{_gcs_server}/storage/v1/b?project=test", json={"name": bucket})
    assert made.status == 200
    return f"gs://{bucket}"
