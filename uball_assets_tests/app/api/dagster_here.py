"""Dagster's side of the API in the tests: rows in a real instance, and a server that speaks the little of its
webserver's GraphQL that jobs need, on the same instance.

What the real one does is held by `daemon/test_api.py`. Belongs here: backfills and runs as Dagster leaves
them. Not here: the application.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import dagster as dg
from dagster._core.definitions.assets.graph.asset_graph_subset import AssetGraphSubset
from dagster._core.definitions.partitions.subset import DefaultPartitionsSubset
from dagster._core.execution.asset_backfill import AssetBackfillData
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill

from uball_assets.automation.api_jobs.launching import GAMES, TRAIN


def add_backfill(
    instance: dg.DagsterInstance,
    status: str = "REQUESTED",
    games: Sequence[str] = ("g1",),
    assets: Sequence[str] = (*GAMES, *TRAIN),
    tags: Mapping[str, str] | None = None,
    at_s: float | None = None,
    backfill_id: str = "",
    run_config: Mapping[str, Any] | None = None,
) -> str:
    keys = [dg.AssetKey(asset.split("/")) for asset in assets]
    at_s = time.time() if at_s is None else at_s
    subsets = {key: DefaultPartitionsSubset(set(games)) for key in keys}
    target = AssetGraphSubset(subsets, set())  # type: ignore[call-arg]
    backfill = PartitionBackfill(
        backfill_id=backfill_id or uuid.uuid4().hex[:8],
        status=BulkActionStatus(status),
        from_failure=False,
        tags=tags or {},
        backfill_timestamp=at_s,
        asset_selection=keys,
        title="a title",
        run_config=run_config,
        asset_backfill_data=AssetBackfillData.empty(target, at_s, instance),
        backfill_end_timestamp=at_s + 60 if status.startswith(("COMPLETED", "FAILED", "CANCELED")) else None,
    )
    instance.add_backfill(backfill)
    return backfill.backfill_id


def set_status(instance: dg.DagsterInstance, backfill_id: str, status: str) -> None:
    backfill = instance.get_backfill(backfill_id)
    assert backfill is not None
    instance.update_backfill(backfill._replace(status=BulkActionStatus(status)))


def add_run(
    instance: dg.DagsterInstance,
    status: str,
    backfill_id: str = "",
    game_id: str = "",
    assets: Sequence[str] = (),
    job: str = "__ASSET_JOB",
    tags: Mapping[str, str] | None = None,
) -> str:
    told = {
        **({"dagster/backfill": backfill_id} if backfill_id else {}),
        **({"dagster/partition": game_id} if game_id else {}),
        **(tags or {}),
    }
    run = dg.DagsterRun(
        job_name=job,
        run_id=str(uuid.uuid4()),
        status=dg.DagsterRunStatus(status),
        tags=told,
        asset_selection=frozenset(dg.AssetKey(asset.split("/")) for asset in assets) or None,
    )
    instance.add_run(run)
    return run.run_id


@dataclass
class Webserver:
    instance: dg.DagsterInstance
    location: str
    port: int = 0
    is_loading: bool = False
    hangs_after: bool = False
    """It does what it is asked, and answers with an error."""
    asked: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        if "workspaceOrError" in query:
            kind = "PythonError" if self.is_loading else "RepositoryLocation"
            entry = {"name": self.location, "locationOrLoadError": {"__typename": kind}}
            return {"workspaceOrError": {"locationEntries": [entry]}}
        if "launchPartitionBackfill" in query:
            return {"launchPartitionBackfill": self._launch(variables["params"])}
        if "cancelPartitionBackfill" in query:
            self.asked.append("cancel")
            set_status(self.instance, variables["id"], "CANCELING")
            return {"cancelPartitionBackfill": {"__typename": "CancelBackfillSuccess"}}
        self.asked.append("terminate")
        for run_id in variables["ids"]:
            self._terminate(run_id)
        return {"terminateRuns": {"__typename": "TerminateRunsResult"}}

    def _launch(self, params: Mapping[str, Any]) -> dict[str, str]:
        games = params["partitionNames"]
        assets = ["/".join(key["path"]) for key in params["assetSelection"]]
        of_league = "forecasts" in assets
        if not set(games) <= set(self.instance.get_dynamic_partitions("fixtures" if of_league else "games")):
            return {"__typename": "PartitionKeysNotFoundError"}
        tags = {tag["key"]: tag["value"] for tag in params["tags"]}
        self.asked.append("launch")
        run_config = params.get("runConfigData")
        backfill_id = add_backfill(self.instance, "REQUESTED", games, assets, tags, run_config=run_config)
        return {"__typename": "LaunchBackfillSuccess", "backfillId": backfill_id}

    def _terminate(self, run_id: str) -> None:
        """One that is starting cannot be ended."""
        run = self.instance.get_run_by_id(run_id)
        if run is not None and run.status.value in ("QUEUED", "STARTED"):
            self.instance.report_run_canceled(run)


@contextmanager
def webserver(instance: dg.DagsterInstance, location: str) -> Iterator[Webserver]:
    here = Webserver(instance, location)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with here.lock:
                data = here.answer(asked["query"], asked["variables"])
            is_launch = "launchPartitionBackfill" in asked["query"]
            self.send_response(500 if here.hangs_after and is_launch else 200)
            self.end_headers()
            self.wfile.write(json.dumps({"data": data}).encode())

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
