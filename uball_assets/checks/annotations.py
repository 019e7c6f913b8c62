"""Check of `annotations`: what the model, another row or the official score says against people's labels.

The check `drift` is given by the asset itself (`assets.versions.drifting`).
"""

import dagster as dg

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.assets.annotations import annotations
from uball_assets.assets.common import EACH_GAME, described
from uball_assets.assets.examples_verdicts import NOTHING_TO_CHECK
from uball_assets.checks.common import GAME_CHECK
from uball_assets.domain.errors import UballError
from uball_assets.domain.review.label_audit import LabelAudit
from uball_assets.services.label_audit import LabelAuditor

SUSPECT_SCHEMA = described(
    {
        "play": ("string", "its id, and the second of game time"),
        "written, rather": ("string", "what people wrote, and what the evidence says"),
        "sure": ("string", "how likely the written label is wrong"),
        "against it": ("string", "what speaks against the label"),
        "clip": ("string", "of the far view, if there is one"),
    }
)


@dg.asset_check(
    asset=annotations,
    **GAME_CHECK,
    description="No label that people wrote is contradicted: by a model that had not learned the play, by "
    "another row of the same moment, or by the official score. Nothing is changed: a person looks, at the "
    "first ones first. Run it again when a newer model is scored, or `uball audit`." + EACH_GAME,
)
def labels_hold(
    context: dg.AssetCheckExecutionContext,
    training: dg.ResourceParam[ObjectStore],
    registry: dg.ResourceParam[Registry],
    plays_db: dg.ResourceParam[PlaysDb],
) -> dg.AssetCheckResult:
    return verdict(LabelAuditor(training, registry, plays_db), context.partition_key)


def verdict(auditor: LabelAuditor, game_id: str) -> dg.AssetCheckResult:
    """A game that cannot be audited now is processed all the same: the verdict says why."""
    try:
        found = auditor.audit_and_keep(game_id)
    except UballError as error:
        return dg.AssetCheckResult(
            passed=False, severity=dg.AssetCheckSeverity.WARN, description=f"it was not audited: {error}"
        )
    if not found.play_count:
        return dg.AssetCheckResult(passed=True, description=NOTHING_TO_CHECK)
    table = {"suspects": _table(found, auditor.training)} if found.suspects else {}
    return dg.AssetCheckResult(
        passed=not found.suspects,
        severity=dg.AssetCheckSeverity.WARN,
        description=found.summary,
        metadata={"plays": found.play_count, "answered": found.answered_count, **table},
    )


def _table(found: LabelAudit, training: ObjectStore) -> dg.TableMetadataValue:
    records = [
        dg.TableRecord(
            {
                "play": f"{suspect.play_id}, {suspect.moment_game_s:.1f} s, {suspect.side}",
                "written, rather": f"{suspect.written}, {suspect.suggested}",
                "sure": f"{suspect.chance:.0%}",
                "against it": "; ".join(one.says for one in suspect.evidence),
                "clip": training.uri(suspect.clips[0].name) if suspect.clips else "none was cut",
            }
        )
        for suspect in found.suspects
    ]
    return dg.MetadataValue.table(records, schema=SUSPECT_SCHEMA)


checks = [labels_hold]
