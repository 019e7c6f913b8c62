"""What a person does and sees in the UI, over the same GraphQL that the UI speaks.

Belongs here: one method a click or a page. Not here: processes (`platform`) or verdicts (the tests).
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LOCATION = {"repositoryName": "__repository__", "repositoryLocationName": "uball"}

LOADED = "{ repositoriesOrError { ... on RepositoryConnection { nodes { location { name } } } } }"
ASSETS = "{ assetNodes { assetKey { path } groupName isMaterializable } }"
OF_A_GAME = ("game", "annotation", "model")
"""Groups whose assets are partitioned by filmed game."""
ADD_PARTITION = """mutation($key: String!, $repository: RepositorySelector!) {
  addDynamicPartition(partitionsDefName: "games", partitionKey: $key, repositorySelector: $repository) {
    __typename ... on PythonError { message } } }"""
BACKFILL = """mutation($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"""
LAUNCH = """mutation($params: ExecutionParams!) { launchRun(executionParams: $params) {
    __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
    ... on RunConfigValidationInvalid { errors { message } } } }"""
CANCEL = """mutation($id: String!) { terminateRun(runId: $id) {
    __typename ... on TerminateRunFailure { message } ... on PythonError { message } } }"""
BACKFILL_STATUS = """query($id: String!) { partitionBackfillOrError(backfillId: $id) {
    ... on PartitionBackfill { status error { message } } ... on PythonError { message } } }"""
PARTITIONS = """query($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { ... on AssetNode {
    assetPartitionStatuses { ... on DefaultPartitionStatuses {
        materializedPartitions failedPartitions unmaterializedPartitions materializingPartitions } } } } }"""
CHECK = """query($key: AssetKeyInput!, $name: String!) { assetNodeOrError(assetKey: $key) { ... on AssetNode {
    assetCheckOrError(checkName: $name) { ... on AssetCheck { blocking partitionStatuses {
        ... on AssetCheckDefaultPartitionStatuses {
            succeededPartitions failedPartitions inProgressPartitions executionFailedPartitions
    } } } } } } }"""
RUNS = """query($filter: RunsFilter) { runsOrError(filter: $filter) { ... on Runs { results {
    runId status jobName assetSelection { path } tags { key value } creationTime startTime endTime } } } }"""
RUN_OF_PARTITION = """query($key: AssetKeyInput!, $game: String!) { assetNodeOrError(assetKey: $key) {
    ... on AssetNode { latestRunForPartition(partition: $game) { runId } } } }"""
STEPS = """query($id: ID!) { runOrError(runId: $id) { ... on Run { stepStats { stepKey status } } } }"""
LOGS = """query($id: ID!) { logsForRun(runId: $id) { ... on EventConnection { events {
    __typename
    ... on MessageEvent { message stepKey }
    ... on EngineEvent { metadataEntries { label ... on TextMetadataEntry { text } } }
    ... on MaterializationEvent { metadataEntries { label ... on IntMetadataEntry { intValue } } }
    ... on ExecutionStepFailureEvent { error { message causes { message } }
      failureMetadata { metadataEntries {
        label ... on TextMetadataEntry { text } ... on MarkdownMetadataEntry { mdStr }
        ... on TableMetadataEntry { table { records } } } } } } } } }"""
START_SENSOR = """mutation($sensor: SensorSelector!) { startSensor(sensorSelector: $sensor) {
    __typename ... on PythonError { message } ... on Sensor { sensorState { status } } } }"""
TICKS = """query($sensor: SensorSelector!) { sensorOrError(sensorSelector: $sensor) { ... on Sensor {
    sensorState { ticks(limit: 100) { tickId status timestamp endTimestamp skipReason runKeys runIds
        error { message } } } } } }"""


@dataclass(frozen=True)
class Run:
    run_id: str
    status: str
    job_name: str
    assets: tuple[str, ...]
    tags: dict[str, str]

    @property
    def games(self) -> str:
        """The partition, or the first and the last of a range."""
        kinds = ("partition", "asset_partition_range_start", "asset_partition_range_end")
        return "...".join(self.tags[f"dagster/{kind}"] for kind in kinds if f"dagster/{kind}" in self.tags)

    @property
    def is_over(self) -> bool:
        return self.status in ("SUCCESS", "FAILURE", "CANCELED")


@dataclass(frozen=True)
class Tick:
    tick_id: str
    status: str
    skip_reason: str
    run_keys: tuple[str, ...]
    error: str


@dataclass(frozen=True)
class Ui:
    url: str

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The answer's data; AssertionError with the server's words if it has errors."""
        request = urllib.request.Request(  # noqa: S310 - always our own http
            f"{self.url}/graphql",
            json.dumps({"query": query, "variables": variables}).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
                said = json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from error
        assert not said.get("errors"), said["errors"]
        data: dict[str, Any] = said["data"]
        return data

    def is_loaded(self) -> bool:
        try:
            return bool(self.ask(LOADED)["repositoriesOrError"].get("nodes"))
        except OSError:
            return False

    def location(self) -> str:
        """What the league is called on every page."""
        [node] = self.ask(LOADED)["repositoriesOrError"]["nodes"]
        return str(node["location"]["name"])

    # --- assets and their partitions

    def assets(self) -> list[list[str]]:
        """Paths of all that can be materialised of a filmed game."""
        nodes = self.ask(ASSETS)["assetNodes"]
        return sorted(
            node["assetKey"]["path"]
            for node in nodes
            if node["isMaterializable"] and node["groupName"] in OF_A_GAME
        )

    def add_partition(self, game_id: str) -> None:
        answer = self.ask(ADD_PARTITION, key=game_id, repository=LOCATION)["addDynamicPartition"]
        assert answer["__typename"] == "AddDynamicPartitionSuccess", answer

    def backfill(self, assets: Sequence[Sequence[str]], partitions: Sequence[str]) -> str:
        """'Materialize all' in the lineage of these, 'All' in its dialog: for one partitioning that sends
        every key by name, not `allPartitions` (read in the webserver's own script, 1.13.27)."""
        params = {
            "tags": [],
            "assetSelection": [{"path": path} for path in assets],
            "partitionNames": list(partitions),
            "fromFailure": False,
        }
        answer = self.ask(BACKFILL, params=params)["launchPartitionBackfill"]
        assert answer["__typename"] == "LaunchBackfillSuccess", answer
        return str(answer["backfillId"])

    def backfill_status(self, backfill_id: str) -> str:
        return str(self.ask(BACKFILL_STATUS, id=backfill_id)["partitionBackfillOrError"]["status"])

    def partitions(self, asset: str) -> dict[str, set[str]]:
        """Game ids by state, as the asset's Partitions page has them."""
        node = self.ask(PARTITIONS, key=_key(asset))["assetNodeOrError"]
        states = node["assetPartitionStatuses"]
        return {state.removesuffix("Partitions"): set(keys) for state, keys in states.items()}

    def check(self, asset: str, name: str) -> dict[str, Any]:
        """`blocking`, and game ids by verdict."""
        check = self.ask(CHECK, key=_key(asset), name=name)["assetNodeOrError"]["assetCheckOrError"]
        statuses = check["partitionStatuses"].items()
        verdicts = {state.removesuffix("Partitions"): set(keys) for state, keys in statuses}
        return {"blocking": check["blocking"], **verdicts}

    # --- runs

    def runs(self, **tags: str) -> list[Run]:
        """Newest first."""
        wanted = {"tags": [{"key": key.replace("__", "/"), "value": tags[key]} for key in tags]}
        found = self.ask(RUNS, filter=wanted if tags else None)["runsOrError"]["results"]
        return [
            Run(
                run["runId"],
                run["status"],
                run["jobName"],
                tuple("/".join(key["path"]) for key in run["assetSelection"] or ()),
                {tag["key"]: tag["value"] for tag in run["tags"]},
            )
            for run in found
        ]

    def launch(self, job: str, run_config: Mapping[str, Any]) -> str:
        """'Launch Run' in a job's Launchpad, with what is filled in; AssertionError where it is refused."""
        selector = {**LOCATION, "pipelineName": job}
        params = {"selector": selector, "runConfigData": run_config, "mode": "default"}
        answer = self.ask(LAUNCH, params=params)["launchRun"]
        assert answer["__typename"] == "LaunchRunSuccess", answer
        return str(answer["run"]["runId"])

    def materialize(self, partition: str, *assets: str) -> str:
        """'Materialize selected', with one partition chosen in its dialog; the run's id."""
        selector = {
            **LOCATION,
            "pipelineName": "__ASSET_JOB",
            "assetSelection": [_key(asset) for asset in assets],
            "assetCheckSelection": [],
        }
        tags = [{"key": "dagster/partition", "value": partition}]
        params = {"selector": selector, "mode": "default", "executionMetadata": {"tags": tags}}
        answer = self.ask(LAUNCH, params=params)["launchRun"]
        assert answer["__typename"] == "LaunchRunSuccess", answer
        return str(answer["run"]["runId"])

    def counts(self, run_id: str) -> list[dict[str, int]]:
        """The whole numbers that a run told of each asset that it made."""
        return [
            {entry["label"]: entry["intValue"] for entry in event["metadataEntries"] if "intValue" in entry}
            for event in self.events(run_id, "MaterializationEvent")
        ]

    def cancel(self, run_id: str) -> None:
        answer = self.ask(CANCEL, id=run_id)["terminateRun"]
        assert answer["__typename"] == "TerminateRunSuccess", answer

    def run(self, run_id: str) -> Run:
        return next(run for run in self.runs() if run.run_id == run_id)

    def run_of(self, asset: str, game_id: str) -> str:
        """The run that one comes to by a click on a partition of an asset."""
        node = self.ask(RUN_OF_PARTITION, key=_key(asset), game=game_id)["assetNodeOrError"]
        return str(node["latestRunForPartition"]["runId"])

    def steps(self, run_id: str) -> dict[str, str]:
        """Status by step; a step that has not begun is absent."""
        return {
            step["stepKey"]: step["status"]
            for step in self.ask(STEPS, id=run_id)["runOrError"]["stepStats"]
            if step["status"]
        }

    def events(self, run_id: str, kind: str) -> list[dict[str, Any]]:
        events = self.ask(LOGS, id=run_id)["logsForRun"]["events"]
        return [event for event in events if event["__typename"] == kind]

    def worker_pid(self, run_id: str) -> int:
        """The process of a run, as its page tells it."""
        pids = [
            entry["text"]
            for event in self.events(run_id, "EngineEvent")
            for entry in event["metadataEntries"]
            if entry["label"] == "pid"
        ]
        return int(pids[-1])

    # --- sensors

    def start_sensor(self, name: str) -> None:
        answer = self.ask(START_SENSOR, sensor={**LOCATION, "sensorName": name})["startSensor"]
        assert answer["sensorState"]["status"] == "RUNNING", answer

    def ticks(self, sensor: str) -> list[Tick]:
        """Ticks that are over, newest first."""
        found = self.ask(TICKS, sensor={**LOCATION, "sensorName": sensor})["sensorOrError"]
        return [
            Tick(
                tick["tickId"],
                tick["status"],
                tick["skipReason"] or "",
                tuple(tick["runKeys"]),
                (tick["error"] or {}).get("message", ""),
            )
            for tick in found["sensorState"]["ticks"]
            if tick["status"] != "STARTED"
        ]

    def seen(self) -> str:
        """What goes on, for the message of a test that waited in vain."""
        runs = [
            f"  {run.run_id[:8]} {run.status} {run.job_name} {run.games} "
            f"{run.tags.get('dagster/run_key', '')} {','.join(run.assets)}"
            for run in self.runs()[:30]
        ]
        ticks = [
            f"  {sensor} {tick.status} {tick.skip_reason or tick.run_keys or tick.error}"
            for sensor in ("games_sensor", "retrain_sensor", "fixtures_sensor", "forecast_retrain_sensor")
            for tick in self.ticks(sensor)[:8]
        ]
        return "\n".join(["runs:", *runs, "ticks:", *ticks])


def _key(asset: str) -> dict[str, list[str]]:
    return {"path": asset.split("/")}
