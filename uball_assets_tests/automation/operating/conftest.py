"""A web hook that keeps the alerts and reports which it is sent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from uball_assets_tests.adapters.messages.servers import Taken, http_server


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Taken]:
    """The channel of whatever settings are loaded from now on."""
    with http_server() as taken:
        monkeypatch.setenv("UBALL_ALERT_WEBHOOK_URL", taken.url)
        yield taken
