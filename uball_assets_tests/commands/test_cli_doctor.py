"""`uball doctor` and its checks: the sound is green, the rest says what to do, nothing hangs or tells."""

from __future__ import annotations

import json
import shutil
import socket
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import pytest
from click.testing import CliRunner, Result

from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.object_store import ObjectInfo
from uball_assets.cli import main
from uball_assets.domain.errors import Permanent
from uball_assets.domain.spending.base_models import BASE_MODELS
from uball_assets.services.doctor import clock, machine
from uball_assets.services.doctor.base_model import look_at_base, look_at_prices
from uball_assets.services.doctor.findings import Check, Finding, State, examine, ok
from uball_assets.services.doctor.plays import look_at_key
from uball_assets.services.doctor.stores import look_at_source, look_at_store

SECRET = "planted-secret"  # noqa: S105
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("UBALL_CHECKOUT", str(tmp_path))
    monkeypatch.setenv("UBALL_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def doctor(*words: str) -> Result:
    return CliRunner().invoke(main, ["doctor", *words])


def states(found: list[Finding]) -> dict[str, str]:
    return {finding.check: str(finding.state) for finding in found}


def test_on_a_laptop_all_is_well_without_a_network(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object) -> NoReturn:
        raise AssertionError("asked for the network")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    result = doctor("--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["faults"]) == (0, 0)
    assert {finding["state"] for finding in told["findings"]} <= {"ok", "skipped"}
    assert not [path for path in home.rglob("*") if path.is_file()], "what it wrote is gone"


def test_a_person_reads_a_table(home: Path) -> None:
    (home / "videos").parent.mkdir(parents=True)
    (home / "videos").write_text("a file where a folder belongs")
    result = doctor()
    assert result.exit_code == 1
    assert "training: create if absent" in result.stdout, "one bad store costs only itself"
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert "videos" in result.stderr
    assert result.stdout.splitlines()[0].split() == ["check", "seen", "to", "do"]


def test_settings_that_cannot_be_are_a_fault_and_tell_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UBALL_PLAYS_URL", "supabase")
    monkeypatch.setenv("SUPABASE_SERVICE_KEY", SECRET)
    result = doctor("--json")
    told = {finding["check"]: finding for finding in json.loads(result.stdout)["findings"]}
    assert result.exit_code == 1
    assert told["settings"]["state"] == "fault"
    assert "SUPABASE_URL" in told["settings"]["seen"]
    assert SECRET not in result.output


# running checks


def test_a_check_that_hangs_is_a_fault_in_time_and_keeps_what_it_found() -> None:
    hangs = threading.Event()

    def look() -> Iterator[Finding]:
        yield ok("store: list", "yes")
        hangs.wait()

    found = examine([Check("store", look), Check("other", lambda: [ok("other", "yes")])], limit_s=0.2)
    hangs.set()
    assert states(found) == {"store: list": "ok", "store": "fault", "other": "ok"}
    assert "no answer within 0.2 s" in found[1].seen


def test_whatever_a_check_raises_is_a_fault_of_one_line() -> None:
    def refuse() -> NoReturn:
        raise Permanent("cannot list gs://b: there is no bucket b; create it, or correct the setting")

    def die() -> NoReturn:
        raise RuntimeError(f"Bearer {SECRET}")

    def miss() -> NoReturn:
        raise ModuleNotFoundError(f"No module named {SECRET}")

    refused, died, missed = examine([Check("a", refuse), Check("b", die), Check("c", miss)], limit_s=5)
    assert (refused.seen, refused.remedy) == (
        "cannot list gs://b: there is no bucket b",
        "create it, or correct the setting",
    )
    assert died.state is State.FAULT
    assert "RuntimeError" in died.seen
    assert missed.seen == "a library of it is not installed"
    assert SECRET not in f"{died.seen} {died.remedy} {missed.seen} {missed.remedy}"


# stores


class _Forgetful(FolderStore):
    """As a service that ignores preconditions, and whose listings tell no version."""

    def create(self, name: str, data: bytes, metadata: Mapping[str, str] | None = None) -> str:
        self.write(name, data, metadata)
        return ""

    def list(self, prefix: str, after: str = "") -> list[ObjectInfo]:
        return [ObjectInfo(info.name, info.size_bytes, "1") for info in super().list(prefix, after)]


def test_a_store_that_lets_the_second_writer_win_is_a_fault(tmp_path: Path) -> None:
    found = states(list(look_at_store("training", _Forgetful(tmp_path / "store"))))
    assert found["training: create if absent"] == "fault"
    assert found["training: versions"] == "fault"
    assert found["training: delete"] == "ok"


def test_nothing_is_written_where_videos_arrive(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    assert states(list(look_at_source("source", store))) == {"source: list": "ok", "source: read": "skipped"}
    store.write("Games/g1/FAR_LEFT.mp4", b"video")
    before = store.list("")
    assert states(list(look_at_source("source", store)))["source: read"] == "ok"
    assert store.list("") == before


# the plays database


@pytest.mark.parametrize(
    ("key", "state"),
    [
        ("sb_secret_x", "ok"),
        ("h.eyJyb2xlIjogInNlcnZpY2Vfcm9sZSJ9.s", "ok"),
        ("h.eyJyb2xlIjogImFub24ifQ.s", "fault"),
        ("sb_publishable_x", "fault"),
        (SECRET, "warn"),
    ],
    ids=["secret", "service role's token", "anon's token", "publishable", "anything"],
)
def test_only_the_server_s_key_is_taken(key: str, state: str) -> None:
    (finding,) = look_at_key(key)
    assert finding.state == state
    assert key not in f"{finding.seen} {finding.remedy}"


# the clock


@pytest.fixture
def a_clock() -> Iterator[str]:
    """A service whose clock stands at NOW."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response_only(403)
            self.send_header("Date", format_datetime(NOW, usegmt=True))
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("off_s", "state", "seen"),
    [
        (0, "ok", "0 s"),
        (59, "ok", "59 s ahead of it"),
        (61, "fault", "61 s ahead of it"),
        (-900, "fault", "900 s behind it"),
    ],
)
def test_a_clock_more_than_a_minute_off_is_a_fault(a_clock: str, off_s: int, state: str, seen: str) -> None:
    addresses = {"nobody": "http://127.0.0.1:9", "it": a_clock}
    (finding,) = clock.look_at_clock(addresses, lambda: NOW + timedelta(seconds=off_s))
    assert finding.state == state
    assert seen in finding.seen


def test_a_time_that_nobody_tells_is_a_warning_only() -> None:
    (finding,) = clock.look_at_clock({"nobody": "http://127.0.0.1:9"}, lambda: NOW)
    assert finding.state is State.WARN


# this machine


def test_libraries_are_held_against_the_package_s_own_ranges(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "some_league-1.0.dist-info"
    info.mkdir()
    needs = ("click>=8; extra == 'gcp'", "pydantic>=999; extra == 'gcp'", "no-such; extra == 'gcp'", "other")
    lines = ["Metadata-Version: 2.1", "Name: some-league", "Version: 1.0"]
    (info / "METADATA").write_text("\n".join([*lines, *(f"Requires-Dist: {need}" for need in needs)]))
    monkeypatch.syspath_prepend(tmp_path)
    found = list(machine.look_at_libraries(["gcp"], "some-league"))
    assert states(found) == {
        "library: click": "ok",
        "library: pydantic": "fault",
        "library: no-such": "fault",
    }
    assert "[gcp]" in found[2].remedy


@pytest.mark.parametrize("extra", ["gcp", "aws", "supabase"])
def test_every_service_s_libraries_are_known(extra: str) -> None:
    assert [finding for finding in machine.look_at_libraries([extra]) if finding.check != "libraries"]


def test_an_ffmpeg_that_does_not_run_is_a_fault(tmp_path: Path) -> None:
    broken = tmp_path / "ffmpeg"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    (finding,) = machine.look_at_ffmpeg(str(broken))
    assert finding.state is State.FAULT


@pytest.mark.parametrize(
    ("free_bytes", "state"), [(500_000_000, "fault"), (5_000_000_000, "warn"), (50_000_000_000, "ok")]
)
def test_room_on_the_disk_is_told_before_it_runs_out(
    free_bytes: int, state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free_bytes))
    (finding,) = machine.look_at_disk(tmp_path / "not" / "there" / "yet")
    assert finding.state == state


# the base model

BASE = next(base for base in BASE_MODELS.values() if base.retires_on and base.tuning_locations)


@pytest.mark.parametrize(
    ("days_left", "state"), [(400, "ok"), (91, "ok"), (90, "warn"), (1, "warn"), (0, "fault"), (-1, "fault")]
)
def test_a_base_model_is_told_to_retire_in_time(days_left: int, state: str) -> None:
    today = _retires_on() - timedelta(days=days_left)
    found = look_at_base(BASE.name, BASE.tuning_locations[0], BASE.adapter_sizes[0], today)
    assert states(list(found))["vertex: base model"] == state


def test_a_place_or_size_that_the_base_model_has_not_is_a_fault() -> None:
    found = states(list(look_at_base(BASE.name, "mars-north1", 5, _retires_on() - timedelta(days=400))))
    assert found["vertex: tuning location"] == "fault"
    assert found["vertex: adapter size"] == "fault"


PRICED = json.dumps(
    [{"model": "gemini-3.5-flash", "what": "base_input", "usd_per_million_tokens": 2, "as_of": "2026-11-23"}]
)


def test_a_price_that_nobody_knows_is_a_fault_with_the_form_to_write_it_in() -> None:
    (known,) = look_at_prices("gemini-3.5-flash", "batch", PRICED)
    (unknown,) = look_at_prices("gemini-2.5-pro", "batch", PRICED)
    assert known.state is State.OK
    assert "batch_input $1.5 (2026-11-23)" in known.seen, "half of 1.5 times 2"
    assert unknown.state is State.FAULT
    assert "training, batch_input, batch_output" in unknown.seen
    assert "UBALL_PRICES" in unknown.remedy


def _retires_on() -> date:
    assert BASE.retires_on
    return BASE.retires_on
