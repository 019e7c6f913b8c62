"""These tests run the platform itself."""

from uball_assets_tests.platform_fixtures import (
    build_platform,
    films,
    platform,
    processed,
    ready,
    shared_platform,
    trained,
    undecided,
    worlds,
)

__all__ = [
    "build_platform",
    "films",
    "platform",
    "processed",
    "ready",
    "shared_platform",
    "trained",
    "undecided",
    "worlds",
]
