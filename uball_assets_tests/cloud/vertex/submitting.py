"""A process that submits a training to Vertex AI and says how far it came, to be killed at any point.

Belongs here: what runs in that process. Not here: when it is killed (`test_submit_once`).
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from uball_assets.adapters.models.trainer import TuneSpec
from uball_assets.adapters.models.vertex.clients import VertexClients, utc_now
from uball_assets.adapters.models.vertex.tuning import VertexOptions, VertexTrainer
from uball_assets.adapters.record.bills import Bills
from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.stores.opening import open_store
from uball_assets.domain.errors import UballError
from uball_assets.domain.spending.cost import PRICES, Ceilings

PRELOADED = [__name__, "dagster_gcp", "google.cloud.storage", "google.genai"]
"""What a fork server imports, so that each process starts at once."""


@dataclass(frozen=True)
class Order:
    vertex_url: str
    storage_url: str
    bucket: str
    spec: TuneSpec
    grace_s: float
    hold: str
    """Where it stops for good: "intended" (on the record, not sent), "answered" (sent, the answer not used),
    or "nowhere"."""


class HeldClients(VertexClients):
    """Stops for good before or after the one request that costs money."""

    def __init__(self, order: Order, tell: Connection) -> None:
        super().__init__("uball", order.vertex_url, first_wait_s=0.05, timeout_s=min(60.0, order.grace_s))
        self._hold = order.hold
        self._tell = tell

    def send_once(self, doing: str, location: str, call: Any) -> Any:
        self._hold_at("intended")
        answer = super().send_once(doing, location, call)
        self._hold_at("answered")
        return answer

    def _hold_at(self, point: str) -> None:
        if self._hold == point:
            self._tell.send(point)
            time.sleep(600)


def run(order: Order, tell: Connection) -> None:
    """Says "ready", waits for a word, and then says where it holds, the job's id, or the error."""
    os.environ["STORAGE_EMULATOR_HOST"] = order.storage_url
    store = open_store(order.bucket)
    registry = StoreRegistry(store, now=utc_now)
    bills = Bills(registry, PRICES, Ceilings(50.0, 200.0), "low", "batch", utc_now)
    trainer = VertexTrainer(
        HeldClients(order, tell), store, bills, VertexOptions(submit_grace_s=order.grace_s)
    )
    trainer.find("nothing yet: this opens the connections")
    tell.send("ready")
    tell.recv()
    try:
        tell.send(trainer.submit(order.spec).job_id)
    except UballError as error:
        tell.send(f"{type(error).__name__}: {error}")
