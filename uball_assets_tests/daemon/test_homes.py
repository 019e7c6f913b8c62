"""Whichever way the UI is started, it shows the league of the home that the settings name."""

from __future__ import annotations

from pathlib import Path

import pytest

from uball_assets.automation.instance import open_instance
from uball_assets.settings import Settings
from uball_assets_tests.daemon.platform import Platform


@pytest.mark.daemon
@pytest.mark.parametrize(("is_plain", "location"), [(False, "uball-season-2"), (True, "uball")])
def test_the_ui_shows_the_home_s_league(tmp_path: Path, is_plain: bool, location: str) -> None:
    home = tmp_path / "season-2"
    platform = Platform(tmp_path / "checkout", {"UBALL_HOME": str(home)}, is_plain)
    with open_instance(Settings(checkout=platform.folder, home=home)) as instance:
        instance.add_dynamic_partitions("games", ["of-season-2"])
    with open_instance(Settings(checkout=platform.folder)) as instance:
        instance.add_dynamic_partitions("games", ["of-the-checkout"])
    try:
        platform.start()
        assert platform.ui.partitions("plays")["unmaterialized"] == {"of-season-2"}
        assert platform.ui.location() == location
    finally:
        platform.stop()
