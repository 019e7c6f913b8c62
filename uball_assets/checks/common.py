"""What every check shares: how one is made for a game, and how a result reads.

Belongs here: the form. Not here: any verdict. Checks show what the assets found; they never decide it anew.
"""

from collections.abc import Iterable
from typing import Any

import dagster as dg

from uball_assets.assets.common import games, quarantine_table
from uball_assets.domain.errors import Quarantined

GAME_CHECK: dict[str, Any] = {"partitions_def": games}
"""A verdict for each game, beside the others' in the UI."""


def quarantine_result(quarantined: Iterable[Quarantined], nothing_lost: str) -> dg.AssetCheckResult:
    """Passed without a loss; else a warning with the table of what was left out and why."""
    quarantined = list(quarantined)
    first = quarantined[0] if quarantined else None
    return dg.AssetCheckResult(
        passed=not quarantined,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{len(quarantined)} left out, first: {first.what}: {first.why}"
        if first
        else nothing_lost,
        metadata={"quarantine": quarantine_table(quarantined)} if quarantined else {},
    )
