"""`uball doctor`: whether every service that the settings name would do its part, and what to do where not.

Belongs here: which checks the settings ask for, and how findings are told. Not here: the checks
(`services.doctor`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from uball_assets.commands.answers import as_json, print_json, printable, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uball_assets.domain.store_addresses import Scheme
    from uball_assets.services.doctor.findings import Check, Finding
    from uball_assets.settings import Settings


@click.command()
@as_json
def doctor(*, as_json: bool) -> None:
    """Try every service that the settings name, and say what to fix. Exit code 1: something is at fault.

    Small objects are written under doctor/ in both stores and deleted again; nothing else is changed, and
    nothing is spent. Without a network it ends within half a minute.
    """
    from uball_assets.domain.errors import Permanent
    from uball_assets.services.doctor.findings import State

    found = _examined()
    faults = [finding for finding in found if finding.state is State.FAULT]
    if as_json:
        print_json({"findings": [finding.to_dict() for finding in found], "faults": len(faults)})
    else:
        click.echo(table([_as_row(finding) for finding in found]))
    if faults:
        checks = ", ".join(dict.fromkeys(finding.check for finding in faults))
        raise Permanent(f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'}: {checks}")


def _as_row(finding: Finding) -> dict[str, str]:
    return {
        "check": finding.check,
        "": str(finding.state),
        "seen": printable(finding.seen),
        "to do": printable(finding.remedy),
    }


def _examined() -> list[Finding]:
    """Settings that cannot be are the one finding: nothing else can be tried."""
    from uball_assets.domain.errors import Permanent
    from uball_assets.services.doctor.findings import LIMIT_S, examine, refused, skipped
    from uball_assets.settings import load_settings

    try:
        settings = load_settings()
    except Permanent as error:
        return [refused("settings", error), skipped("services", "they are named by the settings")]
    return examine(list(_checks(settings)), LIMIT_S)


def _checks(settings: Settings) -> Iterator[Check]:
    """In the order in which a person would set things up."""
    from uball_assets.media.cutting.reencode import ffmpeg_binary
    from uball_assets.resources import circuits
    from uball_assets.services.doctor import machine
    from uball_assets.services.doctor.findings import Check

    circuits(settings).forget()  # whoever calls the doctor wants every service asked
    yield Check("settings", lambda: _settings(settings))
    yield Check("ffmpeg", lambda: machine.look_at_ffmpeg(ffmpeg_binary(settings.ffmpeg)))
    yield Check("disk", lambda: machine.look_at_disk(settings.home))
    yield Check("libraries", lambda: machine.look_at_libraries(_extras(settings)))
    yield Check("clock", lambda: _clock(settings))
    yield from _services(settings)


def key_faults(settings: Settings) -> list[Finding]:
    """What keeps a run from its sources and services: a key, a right, an address, a table that is missing."""
    from uball_assets.services.doctor.findings import LIMIT_S, State, examine

    found = examine(list(_services(settings)), LIMIT_S)
    return [finding for finding in found if finding.state is State.FAULT]


def _services(settings: Settings) -> Iterator[Check]:
    from uball_assets.services.doctor.findings import Check

    yield from _stores(settings)
    yield Check("record", lambda: _record(settings))
    yield Check("plays", lambda: _plays(settings))
    if "://" in settings.warehouse_url:
        yield Check("warehouse", lambda: _warehouse(settings))
    if settings.trainer == "vertex":
        yield from _vertex(settings)


def _settings(settings: Settings) -> Iterator[Finding]:
    from uball_assets.services.doctor.findings import ok

    given = len(settings.model_fields_set)
    yield ok("settings", f"{given} given, all can be; `uball settings` lists them")
    for notice in settings.notices:
        yield ok("settings: older name", notice)


def _extras(settings: Settings) -> list[str]:
    """The package's extras that these settings need."""
    vertex = ["gcp"] if settings.trainer == "vertex" or "://" in settings.warehouse_url else []
    supabase = ["supabase"] if settings.plays_url == "supabase" else []
    return list(dict.fromkeys([*vertex, *(scheme.extra for scheme in _schemes(settings)), *supabase]))


def _schemes(settings: Settings) -> list[Scheme]:
    """Of the buckets that these settings name, each once."""
    from uball_assets.domain.store_addresses import bucket_scheme

    urls = (settings.videos_url, settings.training_url, settings.source_url)
    return list(dict.fromkeys(scheme for url in urls if (scheme := bucket_scheme(url))))


def _clock(settings: Settings) -> Iterator[Finding]:
    from datetime import UTC, datetime

    from uball_assets.adapters.stores.opening import service_address
    from uball_assets.services.doctor.clock import look_at_clock

    addresses = {
        f"{scheme.name}://": service_address(scheme, settings.aws_region) for scheme in _schemes(settings)
    }
    if settings.plays_url == "supabase" and settings.supabase_url:
        addresses["Supabase"] = settings.supabase_url
    return look_at_clock(addresses, lambda: datetime.now(UTC))


def _stores(settings: Settings) -> Iterator[Check]:
    """Each is opened within its check: a library that is not installed is that store's fault alone."""
    from uball_assets.resources import arrivals_store, training_store, videos_store
    from uball_assets.services.doctor.findings import Check
    from uball_assets.services.doctor.stores import look_at_source, look_at_store, look_at_videos

    yield Check("videos", lambda: look_at_videos("videos", videos_store(settings), _filmed(settings)))
    yield Check("training", lambda: look_at_store("training", training_store(settings)))
    yield Check("source", lambda: look_at_source("source", arrivals_store(settings)))


def _record(settings: Settings) -> Iterator[Finding]:
    """Where a backup tells what there was."""
    from uball_assets.automation.backups.loss import refuse_lost
    from uball_assets.automation.backups.places import Notes
    from uball_assets.domain.errors import UballError
    from uball_assets.resources import record
    from uball_assets.services.doctor.findings import ok, refused

    if not Notes(settings.home).record():
        return
    try:
        refuse_lost(settings, record(settings))
    except UballError as error:
        yield refused("record", error)
    else:
        yield ok("record", "all that the last backup has")


def _filmed(settings: Settings) -> int:
    """How many games had videos when they were last looked at, but for those that were archived; 0 where the
    record cannot tell: its own check says why."""
    from uball_assets.adapters.record.archived_videos import archived_games
    from uball_assets.domain.errors import UballError
    from uball_assets.domain.record import ARCHIVES
    from uball_assets.resources import record

    try:
        registry = record(settings)
        states = registry.newest_by_subject("games")
        archived = archived_games(registry.newest_by_subject(ARCHIVES))
    except UballError:
        return 0
    return sum(bool(state.get("cameras")) and game not in archived for game, state in states.items())


def _plays(settings: Settings) -> Iterator[Finding]:
    from pathlib import Path

    from uball_assets.resources import plays_database
    from uball_assets.services.doctor import plays

    if settings.supabase_service_key and settings.plays_url == "supabase":
        yield from plays.look_at_key(settings.supabase_service_key.get_secret_value())
        yield from plays.look_at_plays(plays_database(settings))
    else:
        path = Path(settings.plays_url.removeprefix("sqlite:///"))
        yield from plays.look_at_plays_file(path, plays_database(settings))


def _warehouse(settings: Settings) -> Iterator[Finding]:
    from uball_assets.resources import warehouse
    from uball_assets.services.doctor.warehouse import look_at_warehouse

    yield from look_at_warehouse(warehouse(settings))


def _vertex(settings: Settings) -> Iterator[Check]:
    from datetime import UTC, datetime

    from uball_assets.adapters.models.vertex.clients import VertexClients
    from uball_assets.services.doctor.base_model import look_at_base, look_at_prices
    from uball_assets.services.doctor.findings import Check
    from uball_assets.services.doctor.vertex import FIRST_WAIT_S, PATIENCE_S, cannot_be_asked, look_at_vertex

    location, today = settings.tuning_location, datetime.now(UTC).date()
    base = (settings.base_model, location, settings.adapter_size, today)

    def clients() -> VertexClients:
        token = settings.vertex_token.get_secret_value() if settings.vertex_token else None
        return VertexClients(
            settings.gcp_project_id or "",
            settings.vertex_url or None,
            token=token,
            timeout_s=PATIENCE_S,
            first_wait_s=FIRST_WAIT_S,
        )

    prices = (settings.base_model, settings.annotate_by, settings.prices)
    yield Check("vertex: base model", lambda: look_at_base(*base))
    yield Check("vertex: prices", lambda: look_at_prices(*prices))
    yield Check("vertex", lambda: look_at_vertex(clients(), location))
    yield Check("vertex", lambda: cannot_be_asked(settings.training_url))
