"""What health looks at: each part by one cheap look of its own.

Belongs here: the looks. Not here: what they mean (`domain.operating.health`), when (`services.watching`).
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.automation.api_jobs.address import webserver_address
from uball_assets.automation.api_jobs.webserver import Unsure, Webserver, WebserverAway
from uball_assets.automation.operating.facts import serving_now
from uball_assets.automation.operating.live_tables import heartbeat_s, open_runs
from uball_assets.domain.operating.broken import PlatformFacts, broken_platform
from uball_assets.domain.operating.health import (
    State,
    Word,
    of_daemon,
    of_findings,
    of_freshness,
    of_memory,
    of_queue,
)
from uball_assets.services.watching import Part
from uball_assets.settings import Settings

_AFAR_S = 30.0
"""Between two looks at what may be a paid service."""
_NOBODY = "health"
"""An id that no game has: asked for, it costs one row."""
_MEMORY = Path("/proc/meminfo")


def parts_of(
    settings: Settings, plays_db: PlaysDb, training: ObjectStore, registry: Registry
) -> Mapping[str, Part]:
    """By name, in the order in which people read them."""
    webserver = Webserver(lambda: webserver_address(settings), settings.league)
    return {
        "database": Part(lambda: _database(settings, plays_db), _afar(settings.plays_url, "sqlite:")),
        "store": Part(lambda: _store(training), _afar(training.uri("x"), "file:")),
        "code": Part(lambda: _code(webserver)),
        "daemon": Part(lambda: of_daemon(heartbeat_s(settings), time.time(), open_runs(settings))),
        "queue": Part(lambda: of_queue(open_runs(settings))),
        "jobs": Part(lambda: _stuck(settings)),
        "model": Part(lambda: _model(registry), _AFAR_S),
        "freshness": Part(lambda: _freshness(registry), _AFAR_S),
        "disk": Part(lambda: _disk(settings)),
        **({"memory": Part(_memory)} if _MEMORY.exists() else {}),
    }


def _afar(address: str, here: str) -> float:
    return Part.every_s if address.startswith(here) else _AFAR_S


def _database(settings: Settings, plays_db: PlaysDb) -> Word:
    path = settings.plays_url.removeprefix("sqlite:///")
    if path != settings.plays_url and not Path(path).exists():
        return Word(State.OK, "there is none yet: the first game makes it")
    plays_db.game(_NOBODY)
    return Word(State.OK, "it answers")


def _store(training: ObjectStore) -> Word:
    training.list(f"{_NOBODY}/")
    return Word(State.OK, "it answers")


def _code(webserver: Webserver) -> Word:
    """Without it no job can be started or cancelled; all else goes on."""
    try:
        webserver.check()
    except (WebserverAway, Unsure) as error:
        return Word(State.DEGRADED, f"jobs cannot be started: {error}", "start `uball dev` for this league")
    return Word(State.OK, "the webserver answers, and the league's code is loaded")


def _stuck(settings: Settings) -> Word:
    facts = PlatformFacts(now_s=time.time(), runs=open_runs(settings))
    return of_findings(broken_platform(facts), "none is stuck")


def _model(registry: Registry) -> Word:
    serving = serving_now(registry)
    if serving is None:
        return Word(State.OK, "no video model serves yet")
    facts = PlatformFacts(now_s=time.time(), serving=serving)
    return of_findings(broken_platform(facts), f"{serving.champion} serves")


def _freshness(registry: Registry) -> Word:
    newest = registry.latest("games")
    newest_s = datetime.fromisoformat(newest["recorded_at"]).timestamp() if newest else None
    return of_freshness(newest_s, time.time())


def _disk(settings: Settings) -> Word:
    free_bytes = float(shutil.disk_usage(settings.home).free)
    facts = PlatformFacts(now_s=time.time(), free_bytes=free_bytes, home=str(settings.home))
    return of_findings(broken_platform(facts), f"{free_bytes / 1e9:,.1f} GB free")


def _memory() -> Word:
    told = dict(line.split(":", 1) for line in _MEMORY.read_text().splitlines())
    available_bytes, all_bytes = (
        1024.0 * int(told[name].split()[0]) for name in ("MemAvailable", "MemTotal")
    )
    return of_memory(available_bytes, all_bytes)
