"""`uball doctor` against servers of the real protocols: sound services are green, each fault names itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from uball_assets.adapters.warehouse.opening import open_warehouse
from uball_assets.cli import main
from uball_assets_tests.cloud.servers.fixtures_supabase import Project
from uball_assets_tests.cloud.servers.supabase_keys import ANON_KEY
from uball_assets_tests.cloud.vertex_server.fixtures_vertex import VertexServer
from uball_assets_tests.contracts.test_warehouse import LINES, PLAYS, line

pytestmark = [
    pytest.mark.services,
    # Google's client leaves the connection of a refused download to the garbage collector.
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"
    ),
]
SECRET = "planted-secret"  # noqa: S105 - the S3 test server's own


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UBALL_CHECKOUT", str(tmp_path))
    monkeypatch.setenv("UBALL_HOME", str(tmp_path / "home"))


def findings(exit_code: int, *secrets: str) -> dict[str, dict[str, Any]]:
    """By check; the exit code is as expected, and no secret is told."""
    result = CliRunner().invoke(main, ["doctor", "--json"])
    assert result.exit_code == exit_code, result.output
    assert not [secret for secret in (SECRET, *secrets) if secret in result.output]
    return {finding["check"]: finding for finding in json.loads(result.stdout)["findings"]}


@pytest.mark.parametrize("service", ["s3", "gcs"])
def test_a_sound_bucket_is_green_and_as_it_was(
    service: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = request.getfixturevalue(f"a{'n' if service == 's3' else ''}_{service}_bucket")
    for name in ("VIDEOS", "TRAINING"):
        monkeypatch.setenv(f"UBALL_{name}_URL", f"{url}/{name.lower()}")
    monkeypatch.setenv("GCP_PROJECT_ID", "test")
    found = findings(0)
    for store in ("videos", "training"):
        for tried in ("list", "write and read", "create if absent", "replace", "versions", "delete"):
            assert found[f"{store}: {tried}"]["state"] == "ok"
    assert found["clock"]["state"] == "ok"
    assert found[f"library: dagster-{'aws' if service == 's3' else 'gcp'}"]["state"] == "ok"
    from uball_assets.adapters.stores.opening import open_store

    assert open_store(url, gcp_project_id="test").list("") == []


def test_a_source_is_read_and_never_written(an_s3_bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from uball_assets.adapters.stores.opening import open_store

    store = open_store(an_s3_bucket)
    store.write("Games/09-22-2025/game1/farleft.mp4", b"video")
    before = store.list("")
    monkeypatch.setenv("UBALL_SOURCE_URL", an_s3_bucket)
    found = findings(0)
    assert (found["source: list"]["state"], found["source: read"]["state"]) == ("ok", "ok")
    assert store.list("") == before


@pytest.mark.parametrize("service", ["s3", "gcs"])
def test_a_bucket_that_is_not_there_costs_its_own_check_only(
    service: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = request.getfixturevalue(f"a{'n' if service == 's3' else ''}_{service}_bucket")
    monkeypatch.setenv("UBALL_VIDEOS_URL", f"{url}-gone")
    monkeypatch.setenv("UBALL_TRAINING_URL", url)
    monkeypatch.setenv("GCP_PROJECT_ID", "test")
    found = findings(1)
    assert found["videos"]["state"] == "fault"
    assert "there is no bucket" in found["videos"]["seen"]
    assert "create it" in found["videos"]["remedy"]
    assert found["training: delete"]["state"] == "ok"


def test_a_warehouse_in_bigquery_is_green_or_says_how_to_make_its_dataset(
    a_bigquery_dataset: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, service = a_bigquery_dataset
    monkeypatch.setenv("UBALL_WAREHOUSE_URL", address)
    monkeypatch.setenv("UBALL_BIGQUERY_URL", service)
    assert findings(0)["warehouse"]["seen"] == "it is there, and empty"
    open_warehouse(address, bigquery_url=service).write(LINES, [line()], PLAYS)
    assert findings(0)["warehouse"]["seen"] == "tables: 1, rows: 1"
    monkeypatch.setenv("UBALL_WAREHOUSE_URL", f"{address}_gone")
    found = findings(1)["warehouse"]
    assert found["state"] == "fault"
    assert "bq --location=EU mk --dataset test-project:" in found["remedy"]


def test_a_dead_network_gives_a_table_all_the_same(
    an_s3_bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", "http://127.0.0.1:9")
    monkeypatch.setenv("UBALL_VIDEOS_URL", "gs://bucket")
    monkeypatch.setenv("UBALL_SOURCE_URL", an_s3_bucket)
    monkeypatch.setenv("GCP_PROJECT_ID", "test")
    monkeypatch.setattr("uball_assets.services.doctor.findings.LIMIT_S", 10.0)
    found = findings(1)
    assert (found["videos"]["state"], found["source"]["state"]) == ("fault", "fault")
    assert found["training: delete"]["state"] == "ok"
    assert found["clock"]["state"] == "warn"


def use(project: Project, monkeypatch: pytest.MonkeyPatch, key: str = "") -> None:
    monkeypatch.setenv("UBALL_PLAYS_URL", "supabase")
    monkeypatch.setenv("SUPABASE_URL", project.url)
    monkeypatch.setenv("SUPABASE_SERVICE_KEY", key or project.key)


def test_a_migrated_project_is_green(a_supabase_project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    use(a_supabase_project, monkeypatch)
    a_supabase_project.sql("insert into games (video_name) values ('a game')")
    found = findings(0, a_supabase_project.key)
    plays = {check: finding["state"] for check, finding in found.items() if check.startswith("plays: ")}
    assert set(plays.values()) == {"ok"}
    assert len(plays) == 7
    assert found["plays: games"]["seen"] == "1"
    assert a_supabase_project.sql("select count(*) from annotations") == [(0,)]


def test_no_games_are_no_fault_and_not_passed_over(
    a_supabase_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(a_supabase_project, monkeypatch)
    assert findings(0, a_supabase_project.key)["plays: games"]["state"] == "warn"


def test_a_key_under_row_level_security_is_a_fault(
    a_supabase_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(a_supabase_project, monkeypatch, ANON_KEY)
    found = findings(1, ANON_KEY)
    assert found["plays: key"]["state"] == "fault"
    assert "anon" in found["plays: key"]["seen"]
    assert "SUPABASE_SERVICE_KEY" in found["plays: key"]["remedy"]
    assert found["plays"]["state"] == "fault"


@pytest.mark.parametrize(
    ("broken", "missing"),
    [
        ("drop table annotations cascade", "no such table"),
        ("alter table video_metadata drop column sync_offset_seconds", "column"),
        ("drop function replace_annotations", "no such function"),
        ("revoke all on players from service_role", "not permitted"),
    ],
    ids=["table", "column", "function", "right"],
)
def test_what_the_migrations_bring_and_is_missing_is_named(
    broken: str, missing: str, a_supabase_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(a_supabase_project, monkeypatch)
    a_supabase_project.sql("insert into games (video_name) values ('a game')")
    a_supabase_project.sql(broken)
    plays = findings(1, a_supabase_project.key)["plays"]
    assert missing in plays["seen"]
    assert "migrations" in plays["remedy"]


@pytest.fixture
def vertex(a_vertex_server: VertexServer, a_gcs_bucket: str, monkeypatch: pytest.MonkeyPatch) -> VertexServer:
    monkeypatch.setenv("UBALL_TRAINER", "vertex")
    monkeypatch.setenv("UBALL_TRAINING_URL", a_gcs_bucket)
    monkeypatch.setenv("UBALL_VERTEX_URL", a_vertex_server.url)
    monkeypatch.setenv("UBALL_VERTEX_TOKEN", SECRET)
    monkeypatch.setenv("GCP_PROJECT_ID", "test")
    return a_vertex_server


def test_vertex_is_asked_and_nothing_is_begun(vertex: VertexServer) -> None:
    found = findings(0)
    asked = {check: finding["state"] for check, finding in found.items() if check.startswith("vertex: ")}
    assert asked == {
        "vertex: base model": "ok",
        "vertex: tuning location": "ok",
        "vertex: adapter size": "ok",
        "vertex: prices": "ok",
        "vertex: tuning jobs": "ok",
        "vertex: batch jobs": "ok",
        "vertex: reads the training bucket": "skipped",
    }
    assert not [request for request in vertex.counts()["requests"] if request.startswith("POST")]


@pytest.mark.parametrize(
    ("code", "seen"),
    [(401, "not accepted"), (403, "not permitted"), (404, "no such thing"), (503, "503")],
)
def test_a_vertex_that_refuses_is_named_with_what_to_do(code: int, seen: str, vertex: VertexServer) -> None:
    vertex.control({"kind": "refuse", "on": "GET */tuningJobs", "code": code, "times": 20, "message": SECRET})
    refused = findings(1)["vertex"]
    assert refused["state"] == "fault"
    assert seen in refused["seen"]
    assert refused["remedy"]


def test_a_vertex_that_does_not_answer_is_a_fault_in_time(
    vertex: VertexServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uball_assets.services.doctor.findings.LIMIT_S", 4.0)
    vertex.control({"kind": "delay", "on": "GET */tuningJobs", "seconds": 10, "times": 5})
    assert "no answer within 4 s" in findings(1)["vertex"]["seen"]
    vertex.control(reset=True)
