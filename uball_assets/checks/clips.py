"""Checks of `clips/<camera>`: every play of its side has a clip that was proved."""

import dagster as dg

from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.assets.clips import clips_key
from uball_assets.assets.common import EACH_GAME
from uball_assets.checks.common import GAME_CHECK, quarantine_result
from uball_assets.domain.clipping.reports import CameraClips
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle

_MOST_TOLD = 10


def every_play_has_a_clip(angle: Angle) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        name="every_play_has_a_clip",
        asset=clips_key(angle),
        **GAME_CHECK,
        description="Each play of the camera's side was cut and proved; a missing camera fails only here."
        + EACH_GAME,
    )
    def check(
        context: dg.AssetCheckExecutionContext, training: dg.ResourceParam[ObjectStore]
    ) -> dg.AssetCheckResult:
        made = documents.load(training, object_names.camera_clips(context.partition_key, angle), CameraClips)
        if made.wanted != len(made.clips) + len(made.quarantined):
            counts = (
                f"{made.wanted} plays, but {len(made.clips)} clips and {len(made.quarantined)} quarantined"
            )
            return dg.AssetCheckResult(passed=False, description=counts)
        flawed = [clip for clip in made.clips if clip.flaws]
        if flawed and not made.quarantined:
            told = "; ".join(f"{clip.play_id}: {clip.flaws}" for clip in flawed[:_MOST_TOLD])
            return dg.AssetCheckResult(
                passed=False,
                severity=dg.AssetCheckSeverity.WARN,
                description=f"{len(flawed)} clips show too little to learn from ({told}); UBALL_CLIP_REFUSE "
                "keeps such clips out",
            )
        nothing_lost = f"all {made.wanted} plays have their clip" if made.wanted else "no play on this side"
        return quarantine_result(made.quarantined, nothing_lost)

    return check


checks = [every_play_has_a_clip(angle) for angle in Angle]
