"""The league of the rehearsals, made once."""

from __future__ import annotations

import pytest

from uball_assets_tests.scale.disasters.rehearsal import Made, make


@pytest.fixture(scope="session")
def in_home(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("home"), {})
