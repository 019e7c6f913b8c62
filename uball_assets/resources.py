"""Settings to adapters, as the resources that assets and sensors name. Nothing else: no rule, no reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from uball_assets.adapters.machine.circuits import Circuits
from uball_assets.adapters.plays.opening import open_plays_db
from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.record.registry import Registry, StoreRegistry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.opening import open_store
from uball_assets.adapters.tracking.opening import open_tracker
from uball_assets.adapters.tracking.tracker import Tracker
from uball_assets.adapters.warehouse.opening import open_warehouse
from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.domain.circuits import Rule
from uball_assets.domain.errors import Permanent
from uball_assets.domain.league.intake.reading import Clock
from uball_assets.settings import Settings

if TYPE_CHECKING:
    from uball_assets.adapters.messages.outbox import Outbox
    from uball_assets.adapters.models.endpoint import Endpoint
    from uball_assets.adapters.models.trainer import Trainer
    from uball_assets.adapters.record.bills import Bills
    from uball_assets.adapters.results.results_source import ResultsSource
    from uball_assets.services.arrivals import Arrivals
    from uball_assets.services.asking.annotator import Annotator
    from uball_assets.services.clip_library import ClipCutter


@dataclass(frozen=True)
class Resources:
    """Every adapter that the assets ask for, under the name they ask for it by."""

    settings: Settings
    video_store: ObjectStore
    training: ObjectStore
    arrivals: Arrivals
    plays_db: PlaysDb
    registry: Registry
    trainer: Trainer
    model_endpoint: Endpoint
    annotator: Annotator
    bills: Bills
    cutter: ClipCutter
    warehouse: Warehouse
    tracker: Tracker

    def by_name(self) -> dict[str, Any]:
        return dict(vars(self))


WHAT_THEY_ARE = {
    "settings": "Every setting with its reason: `uball settings` shows them.",
    "video_store": "The games' videos, four a game: UBALL_VIDEOS_URL.",
    "training": "Clips, examples, models, and the record: UBALL_TRAINING_URL.",
    "arrivals": "Where videos come from, copied and proved: UBALL_SOURCE_URL.",
    "plays_db": "Games, plays, offsets, annotations, model versions: UBALL_PLAYS_URL.",
    "registry": "The record, append-only: states of games, models, scores, routes, attempts, costs.",
    "trainer": "Who tunes: UBALL_TRAINER.",
    "model_endpoint": "Who answers for a model.",
    "annotator": "Asks a model for each clip once, and keeps its answers.",
    "bills": "What was spent, and the ceilings: `uball costs`.",
    "cutter": "Cuts and proves clips: UBALL_CLIP_MODE.",
    "warehouse": "Tables of games, lines, features and forecasts: UBALL_WAREHOUSE_URL.",
    "tracker": "Tells MLflow of every training: UBALL_TRACKING_URL.",
}
"""By name, as Dagster's page of resources shows it."""


def build_resources(settings: Settings) -> Resources:
    """Nothing is asked of any service yet. Raises Permanent for a library that is not installed."""
    from uball_assets.adapters.record.bills import Bills
    from uball_assets.services.arrivals import Arrivals
    from uball_assets.services.asking.annotator import Annotator
    from uball_assets.services.clip_library import ClipCutter

    video_store, training = videos_store(settings), training_store(settings)
    plays_db = plays_database(settings)
    registry = record(settings)
    bills = Bills(
        registry,
        settings.price_table,
        settings.ceilings,
        settings.media_resolution,
        settings.annotate_by,
        _now,
        settings.ceiling_shadow_usd,
    )
    trainer, model_endpoint = (_on_vertex if settings.trainer == "vertex" else _local)(
        settings, training, bills
    )
    return Resources(
        settings=settings,
        video_store=video_store,
        training=training,
        arrivals=Arrivals(
            arrivals_store(settings),
            video_store,
            plays_db,
            settings.copy_engine,
            settings.transfer_role_arn,
            settings.gcp_project_id,
        ),
        plays_db=plays_db,
        registry=registry,
        trainer=trainer,
        model_endpoint=model_endpoint,
        annotator=Annotator(model_endpoint, training, bills),
        bills=bills,
        cutter=ClipCutter(
            video_store,
            training,
            settings.recipe,
            settings.ffmpeg,
            settings.workers,
            settings.cache / "work",
            prove_all=settings.clip_proof == "every",
            timeout_s=settings.clip_timeout_s,
            refused_flaws=frozenset(settings.clip_refuse),
        ),
        warehouse=warehouse(settings),
        tracker=open_tracker(settings.tracking_url, settings.tracking_limit_s),
    )


def videos_store(settings: Settings, url: str = "") -> ObjectStore:
    """`url`: another place than the setting's."""
    return _store(settings, url or settings.videos_url)


def training_store(settings: Settings) -> ObjectStore:
    return _store(settings, settings.training_url)


def record(settings: Settings) -> StoreRegistry:
    """What is fetched of it is kept in the home, where the store is not on this machine."""
    store = training_store(settings)
    is_here = store.uri("record").startswith("file:")
    return StoreRegistry(store, now=_now, cache=None if is_here else settings.cache / "record")


def arrivals_store(settings: Settings, url: str = "") -> ObjectStore | None:
    """`url`: another place than the setting's."""
    chosen = url or settings.source_url
    return _store(settings, chosen, settings.source_requester_pays) if chosen else None


def backup_store(settings: Settings) -> ObjectStore:
    """Raises Permanent where no place is named."""
    if not settings.backup_url:
        raise Permanent("no place for backups is named: set UBALL_BACKUP_URL to a folder or a bucket")
    return _store(settings, settings.backup_url)


def plays_database(settings: Settings) -> PlaysDb:
    key = settings.supabase_service_key
    return open_plays_db(
        settings.plays_url,
        supabase_url=settings.supabase_url,
        supabase_key=key.get_secret_value() if key else None,
        timeout_s=settings.supabase_timeout_s,
        circuits=circuits(settings),
    )


def warehouse(settings: Settings) -> Warehouse:
    return open_warehouse(
        settings.warehouse_url, bigquery_url=settings.bigquery_url, circuits=circuits(settings)
    )


def results_sources(
    settings: Settings, plays_db: PlaysDb | None = None, *, tries_again: bool = True
) -> list[ResultsSource]:
    """In the order in which they are asked. Nothing is asked of anybody yet. `tries_again`: not for who
    cannot wait a minute."""
    from uball_assets.adapters.results.opening import open_source
    from uball_assets.adapters.results.retrying import WAITS_S

    token = settings.results_token
    return [
        open_source(
            name,
            address,
            plays_db=plays_db or plays_database(settings),
            open_store=lambda url: _store(settings, url),
            clock=Clock(_now(), settings.zone, settings.assumed_tip_off),
            circuits=circuits(settings),
            token=token.get_secret_value() if token else None,
            timeout_s=settings.results_timeout_s,
            encoding=settings.plays_encoding,
            waits_s=WAITS_S if tries_again else (),
        )
        for name, address in settings.named_sources
    ]


def _store(settings: Settings, url: str, pays_for_reading: bool = False) -> ObjectStore:
    return open_store(
        url,
        gcp_project_id=settings.gcp_project_id,
        aws_region=settings.aws_region,
        pays_for_reading=pays_for_reading,
        circuits=circuits(settings),
    )


def circuits(settings: Settings) -> Circuits:
    """Of all services that this home asks (`domain.circuits`)."""
    return Circuits(settings.home / "circuits", Rule(settings.circuit_failures, settings.circuit_wait_s))


def outbox(settings: Settings) -> Outbox:
    """What people are sent, by the channels that are set up; the log always is one."""
    from uball_assets.adapters.messages.channels import Channel, Email, LogChannel, Slack, Webhook
    from uball_assets.adapters.messages.outbox import Outbox

    limit_s = settings.alert_timeout_s
    channels: dict[str, Channel] = {"log": LogChannel()}
    if settings.alert_webhook_url:
        channels["webhook"] = Webhook(settings.alert_webhook_url.get_secret_value(), limit_s)
    if settings.alert_slack_url:
        channels["slack"] = Slack(settings.alert_slack_url.get_secret_value(), limit_s)
    if settings.alert_email_to:
        password = settings.smtp_password
        channels["email"] = Email(
            settings.smtp_host,
            settings.smtp_port,
            settings.smtp_security,
            settings.smtp_user,
            password.get_secret_value() if password else "",
            settings.alert_email_from,
            settings.alert_email_to,
            limit_s,
        )
    return Outbox(settings.home / "messages", channels)


def _now() -> datetime:
    return datetime.now(UTC)


def _local(settings: Settings, training: ObjectStore, _: Bills) -> tuple[Trainer, Endpoint]:
    from uball_assets.adapters.models.local.endpoint import LocalEndpoint
    from uball_assets.adapters.models.local.trainer import LocalTrainer

    features = settings.cache / "features"
    trainer = LocalTrainer(training, features, settings.workers, settings.local_training_limit_s)
    return trainer, LocalEndpoint(training, features, settings.workers)


def _on_vertex(settings: Settings, training: ObjectStore, bills: Bills) -> tuple[Trainer, Endpoint]:
    from uball_assets.adapters.models.vertex.batch import BatchOptions, VertexBatches
    from uball_assets.adapters.models.vertex.clients import VertexClients
    from uball_assets.adapters.models.vertex.serving import VertexEndpoint
    from uball_assets.adapters.models.vertex.tuning import VertexOptions, VertexTrainer

    token = settings.vertex_token
    clients = VertexClients(
        settings.gcp_project_id or "",
        settings.vertex_url or None,
        token=token.get_secret_value() if token else None,
        circuits=circuits(settings),
    )
    options = VertexOptions(
        location=settings.tuning_location,
        stuck_after_s=settings.tuning_stuck_after_s,
        submit_grace_s=settings.submit_grace_s,
    )
    batches = BatchOptions(
        media_resolution=settings.media_resolution,
        poll_s=settings.train_poll_s,
        stuck_after_s=settings.tuning_stuck_after_s,
        submit_grace_s=settings.submit_grace_s,
    )
    in_batches = VertexBatches(clients, training, bills.registry, batches)
    endpoint = VertexEndpoint(
        clients,
        media_resolution=settings.media_resolution,
        batches=in_batches if settings.annotate_by == "batch" else None,
    )
    return VertexTrainer(clients, training, bills, options), endpoint
