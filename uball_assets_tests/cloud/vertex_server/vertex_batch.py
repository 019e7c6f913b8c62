"""Batch predictions of the fake Vertex AI: questions from one JSONL, answers into another.

Belongs here: a batch's rules, its rows in and out. Not here: a job's life (`vertex_jobs`) or answering
(`vertex_answers`). As documented ("Batch inference from Cloud Storage"): the rows come back in another order;
a failed row has a `status` and the response `{}`; what was answered before a cancel is kept. As measured, the
echoed request is written anew: with nulls that nobody sent, without what the service does not keep.
"""

from __future__ import annotations

import json
from typing import Any

from uball_assets.domain.errors import UballError
from uball_assets_tests.cloud.vertex_server.vertex_answers import Answers, Clips
from uball_assets_tests.cloud.vertex_server.vertex_dataset import JobFailed
from uball_assets_tests.cloud.vertex_server.vertex_faults import Faults
from uball_assets_tests.cloud.vertex_server.vertex_jobs import Job
from uball_assets_tests.cloud.vertex_server.vertex_models import (
    SERVED_IN,
    Models,
    Version,
    base_of,
    new_name,
    now,
    published,
)
from uball_assets_tests.cloud.vertex_server.vertex_wire import BATCH_LINE, Refusal

MOST_ROWS = 200_000
_ROW_FAULT = "Error: 13 INTERNAL: the row could not be answered"


def checked_model(asked: dict[str, Any], location: str, models: Models) -> Version | str:
    """The tuned version or the base's name that will answer; a batch takes a model, never an endpoint."""
    for field in ("displayName", "model", "inputConfig", "outputConfig"):
        if field not in asked:
            raise Refusal(400, f"{field} is required.")
    if not asked["inputConfig"].get("gcsSource", {}).get("uris"):
        raise Refusal(400, "inputConfig.gcsSource.uris is required.")
    if "outputUriPrefix" not in asked["outputConfig"].get("gcsDestination", {}):
        raise Refusal(400, "outputConfig.gcsDestination.outputUriPrefix is required.")
    base = published(asked["model"])
    if base:
        base_of(base)
        return base
    version = models.version(asked["model"])
    if location not in (SERVED_IN[version.location], version.location):
        raise Refusal(400, f"Batch prediction of {version.name} is not supported in location {location}.")
    return version


class BatchJob(Job):
    def __init__(
        self,
        asked: dict[str, Any],
        location: str,
        model: Version | str,
        *,
        answers: Answers,
        clips: Clips,
        faults: Faults,
        state_s: float,
    ) -> None:
        super().__init__(new_name(location, "batchPredictionJobs"), asked, state_s)
        self._answers, self._clips, self._faults = answers, clips, faults
        self._sources = asked["inputConfig"]["gcsSource"]["uris"]
        prefix = asked["outputConfig"]["gcsDestination"]["outputUriPrefix"].rstrip("/")
        self._output = f"{prefix}/prediction-model-{now()}"
        self._weights = model.checkpoints[-1].weights if isinstance(model, Version) else None
        self._base = model.base if isinstance(model, Version) else model

    def work(self) -> str:
        self.go_to("JOB_STATE_RUNNING", outputInfo={"gcsOutputDirectory": self._output})
        lines = self._lines()
        stuck = self._faults.take("rows_stuck")
        rows: list[dict[str, Any]] = []
        try:
            for line in lines:
                self.heed_cancel(None if stuck and len(rows) >= stuck.share * len(lines) else 0.0)
                rows.append(self._row(line))
        finally:
            self._write(rows, len(lines))
        return "JOB_STATE_SUCCEEDED"

    def _lines(self) -> list[str]:
        try:
            data = "\n".join(self._clips.read(uri).decode() for uri in self._sources)
        except (UballError, UnicodeDecodeError):
            raise JobFailed(f"The input {self._sources} does not exist or cannot be read.", code=5) from None
        lines = [line for line in data.split("\n") if line.strip()]
        if not 1 <= len(lines) <= MOST_ROWS:
            raise JobFailed(f"The input has {len(lines)} requests; 1 to {MOST_ROWS} are allowed.")
        return lines

    def _row(self, line: str) -> dict[str, Any]:
        row: dict[str, Any] = {"status": "", "processed_time": now(), "request": {}, "response": {}}
        try:
            request = BATCH_LINE(json.loads(line), "").get("request", {})
            row["request"] = _rewritten(request)
            if self._faults.take("rows_fail"):
                return row | {"status": _ROW_FAULT}
            return row | {"response": self._answers.generate(self._weights, self._base, request)}
        except Refusal as refusal:
            return row | {"status": f"Bad Request: {json.dumps(refusal.body)}"}
        except ValueError:
            return row | {"status": "Bad Request: the line is not JSON"}

    def _write(self, rows: list[dict[str, Any]], asked: int) -> None:
        lines = [json.dumps(row) for row in reversed(rows)]
        self._clips.write(
            f"{self._output}/predictions.jsonl", "".join(f"{line}\n" for line in lines).encode()
        )
        failed = sum(1 for row in rows if row["status"])
        self.say(
            completionStats={
                "successfulCount": str(len(rows) - failed),
                "failedCount": str(failed),
                "incompleteCount": str(asked - len(rows)),
            }
        )


def _rewritten(request: dict[str, Any]) -> dict[str, Any]:
    """As the service writes a request down again: no bytes of it can be relied on."""
    contents = [
        {
            "parts": [{"fileData": part.get("fileData"), "text": part.get("text")} for part in each["parts"]],
            "role": each.get("role"),
        }
        for each in request.get("contents", [])
    ]
    kept = ("generationConfig", "systemInstruction")
    return {"contents": contents, **{name: request[name] for name in kept if name in request}}
