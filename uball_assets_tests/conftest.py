"""What every test stands on: no setting of the developer's, and nothing written outside .uball."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis.configuration import set_hypothesis_home_dir

from uball_assets.adapters.tracking import opening

pytest_plugins = [
    "uball_assets_tests.platform_fixtures",
    "uball_assets_tests.cloud.servers.fixtures",
    "uball_assets_tests.cloud.servers.fixtures_supabase",
    "uball_assets_tests.cloud.vertex_server.fixtures_vertex",
]

CHECKOUT = Path(__file__).parents[1]
CACHE = CHECKOUT / ".uball" / "cache"

set_hypothesis_home_dir(CACHE / "hypothesis")
hypothesis_settings.register_profile("same every time", derandomize=True, database=None, deadline=None)
hypothesis_settings.load_profile("same every time")

for _each in (signal.SIGINT, signal.SIGTERM):
    if signal.getsignal(_each) is signal.SIG_IGN:
        # Still without effect here, but what a test starts can be stopped: only what is ignored is inherited.
        signal.signal(_each, lambda *_: None)


@pytest.fixture(scope="session", autouse=True)
def _nothing_is_tracked() -> Iterator[None]:
    """A training in a test does not wait for MLflow, whether or not its extra is installed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "mlflow_is_installed", lambda: False)
        yield


os.environ.pop("UBALL_LEAGUE", None)  # read where a module is imported, before any fixture
_LEAGUE = ("TRAINING_MODE", "GCS_", "AWS_", "GCP_", "SUPABASE_", "VERTEX_AI_", "MODEL_VERSION")


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the developer's reaches a test; the checkout is this one, without its .env."""
    for name in [name for name in os.environ if name.startswith(("UBALL_", *_LEAGUE))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MPLCONFIGDIR", str(CACHE / "matplotlib"))
    monkeypatch.setenv("DAGSTER_DISABLE_TELEMETRY", "1")
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
