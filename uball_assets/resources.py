"""Settings to adapters, as the resources that assets and sensors name. Nothing else: no rule, no reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from uball_assets.adapters.asking import Annotator
from uball_assets.adapters.clip_library import ClipCutter
from uball_assets.adapters.endpoint import Endpoint, LocalEndpoint
from uball_assets.adapters.object_store import ObjectStore, open_store
from uball_assets.adapters.plays_db import PlaysDb, open_plays_db
from uball_assets.adapters.registry import Registry, StoreRegistry
from uball_assets.adapters.trainer import LocalTrainer, Trainer
from uball_assets.domain.errors import Permanent
from uball_assets.settings import Settings


@dataclass(frozen=True)
class Resources:
    """Every adapter that the assets ask for, under the name they ask for it by."""

    settings: Settings
    videos: ObjectStore
    training: ObjectStore
    plays_db: PlaysDb
    registry: Registry
    trainer: Trainer
    asked: Endpoint
    annotator: Annotator
    cutter: ClipCutter

    def by_name(self) -> dict[str, Any]:
        return dict(vars(self))


def build_resources(settings: Settings) -> Resources:
    """Raises Permanent for a setting that no adapter of this version answers to."""
    if settings.trainer != "local":
        raise Permanent(f"UBALL_TRAINER={settings.trainer} is not yet in this version: use local")
    account = {"gcp_project_id": settings.gcp_project_id, "aws_region": settings.aws_region}
    videos, training = (open_store(url, **account) for url in (settings.videos_url, settings.training_url))
    features = settings.cache / "features"
    asked = LocalEndpoint(training, features)
    return Resources(
        settings=settings,
        videos=videos,
        training=training,
        plays_db=open_plays_db(settings.plays_url),
        registry=StoreRegistry(training, now=lambda: datetime.now(UTC)),
        trainer=LocalTrainer(training, features, settings.workers),
        asked=asked,
        annotator=Annotator(asked, training, settings.workers),
        cutter=ClipCutter(
            videos,
            training,
            settings.recipe,
            settings.ffmpeg,
            settings.workers,
            settings.cache / "work",
            prove_all=settings.clip_proof == "every",
        ),
    )
