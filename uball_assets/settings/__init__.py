"""Every setting of the platform, in groups: typed, validated once, each with the reason for its default.

The one place that reads the environment. `uball settings` prints them all, secrets masked.
"""

from uball_assets.settings.all_settings import Settings, environment_of_dagster, load_settings, stay_in
from uball_assets.settings.home import DEMO_HOME, find_checkout

__all__ = ["DEMO_HOME", "Settings", "environment_of_dagster", "find_checkout", "load_settings", "stay_in"]
