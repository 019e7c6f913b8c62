"""The warehouse in BigQuery where the service refuses, is away, or is not set up; what its tables are like.

What every warehouse does is held by `contracts.test_warehouse`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import urllib3

from uball_assets.adapters.warehouse.bigquery_warehouse import BigQueryWarehouse, Dataset
from uball_assets.adapters.warehouse.opening import open_warehouse
from uball_assets.domain.errors import Permanent, ServiceDown, Transient, UballError
from uball_assets_tests.contracts.test_warehouse import LINES, PLAYS, line

pytestmark = pytest.mark.services
DATASET = Dataset("test-project", "league")
Refusing = Callable[[int, str, str], str]


@pytest.fixture
def refusing() -> Iterator[Refusing]:
    """A service that answers everything with one error: its address."""
    servers: list[ThreadingHTTPServer] = []

    def start(status: int, reason: str, message: str) -> str:
        class Refuses(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                said = {"code": status, "message": message, "errors": [{"reason": reason}]}
                body = json.dumps({"error": said}).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Refuses))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "reason", "message", "kind", "said"),
    [
        (
            401,
            "authError",
            "Request had invalid credentials",
            Permanent,
            "gcloud auth application-default login",
        ),
        (403, "accessDenied", "Access Denied", Permanent, "BigQuery Data Editor and Job User"),
        (403, "rateLimitExceeded", "Exceeded rate limits: rateLimitExceeded", Transient, "try later"),
        (400, "invalidQuery", "Could not serialize access due to concurrent update", Transient, "try later"),
        (400, "invalidQuery", "Unrecognized name", Permanent, "Unrecognized name"),
        (503, "backendError", "Backend error", ServiceDown, "try later"),
    ],
)
def test_a_refusal_is_an_error_of_its_kind(
    refusing: Refusing, status: int, reason: str, message: str, kind: type[UballError], said: str
) -> None:
    warehouse = BigQueryWarehouse(DATASET, refusing(status, reason, message), patience_s=1)
    for ask in (lambda: warehouse.read(LINES), lambda: warehouse.write(LINES, [line()], PLAYS)):
        with pytest.raises(UballError, match=said) as caught:
            ask()
        assert type(caught.value) is kind
        assert "bigquery://test-project/league" in str(caught.value)


def test_a_service_that_is_away_is_down() -> None:
    warehouse = BigQueryWarehouse(DATASET, "http://127.0.0.1:9", patience_s=1)
    with pytest.raises(ServiceDown, match="no whole answer came"):
        warehouse.read(LINES)


def test_a_dataset_that_is_not_there_is_named_with_the_remedy(a_bigquery_dataset: tuple[str, str]) -> None:
    warehouse = BigQueryWarehouse(Dataset("test-project", "nowhere"), a_bigquery_dataset[1])
    for ask in (lambda: warehouse.read(LINES), lambda: warehouse.write(LINES, [line()], PLAYS)):
        with pytest.raises(Permanent, match="bq --location=EU mk --dataset test-project:nowhere"):
            ask()


def test_a_table_has_a_partition_a_month_clusters_of_teams_and_says_what_it_is(
    a_bigquery_dataset: tuple[str, str],
) -> None:
    address, service = a_bigquery_dataset
    open_warehouse(address, bigquery_url=service).write(LINES, [line(jersey=7)], PLAYS)
    place = f"{service}/bigquery/v2/projects/test-project/datasets/{address.rpartition('/')[2]}/tables"
    found = urllib3.request("GET", f"{place}/lines").json()
    assert found["timePartitioning"] == {"type": "MONTH", "field": "played_on"}
    assert found["clustering"] == {"fields": ["team_id"]}
    assert found["description"] == "What each did in a game."
    fields = {field["name"]: field for field in found["schema"]["fields"]}
    assert (fields["game_id"]["mode"], fields["points"]["mode"]) == ("REQUIRED", "NULLABLE")
    assert fields["reasons"]["description"] == "JSON: why"
    assert fields["jersey"]["description"] == "whole number: taken from a row, no code declares it"
    assert [
        table["tableReference"]["tableId"] for table in urllib3.request("GET", place).json()["tables"]
    ] == ["lines"], "rows on their way are gone"
