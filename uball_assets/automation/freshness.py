"""Freshness: one table of the assets that have a deadline, and how late is late.

Belongs here: the lamp 'is the loop alive', judged on the newest game of each asset. Not here: a single game's
lateness (`uball status`).
"""

from __future__ import annotations

from datetime import timedelta

import dagster as dg

from uball_assets.assets import ours

_WEEKLY = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=10), warn_window=timedelta(days=8))
"""The league plays every week: no new footage for eight days means that uploads have stopped."""
_MODEL = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=21), warn_window=timedelta(days=14))
"""A game waits at most seven days to be learned (settings: longest wait), so two weeks without a model is
late."""

FRESHNESS: dict[str, dg.FreshnessPolicy] = {
    "raw_videos": _WEEKLY,
    "training_examples": _WEEKLY,
    "annotations": _WEEKLY,
    "tuned_model": _MODEL,
    "endpoint": _MODEL,
}


def with_deadline(spec: dg.AssetSpec) -> dg.AssetSpec:
    policy = FRESHNESS.get(ours.name_of(spec.key))
    return spec.replace_attributes(freshness_policy=policy) if policy else spec
