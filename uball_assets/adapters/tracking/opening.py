"""Opening a tracker by the address that a setting gives.

Belongs here: which implementation an address means. Not here: what is tracked (`tracker`).
"""

from __future__ import annotations

from importlib.util import find_spec

from uball_assets.adapters.tracking.mlflow_tracking import MlflowTracking
from uball_assets.adapters.tracking.tracker import NoTracking, Tracker

OFF = "off"


def open_tracker(url: str, limit_s: float) -> Tracker:
    """`off`, a folder's path, or a tracking server's `http://…`. Nothing is asked of it yet; without MLflow's
    library nothing is tracked, and every training says so in its log."""
    if url == OFF:
        return NoTracking("UBALL_TRACKING_URL is off")
    if not mlflow_is_installed():
        return NoTracking("it needs the 'tracking' extra: pip install -c constraints.txt -e '.[tracking]'")
    return MlflowTracking(url, limit_s)


def mlflow_is_installed() -> bool:
    return find_spec("mlflow") is not None
