"""`python -m uball_assets.adapters.tracking.mlflow_process`: one run, from standard input, told to MLflow.

The answer is one line of JSON: the run's address, and what MLflow did not take. A run that is there already,
by its fingerprint, is found and completed, not written twice.

Belongs here: what MLflow is told, in its words and within its limits. Not here: when, and for how long one
waits (`mlflow_tracking`).
"""

from __future__ import annotations

import base64
import json
import logging
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from uball_assets.adapters.machine.file_lock import file_lock
from uball_assets.adapters.tracking.tracker import without_login

_LONGEST_VALUE = 6_000
"""Characters of a parameter or tag."""
_MOST_AT_ONCE = 100
"""Parameters or tags in one request; metrics: ten times that."""


def track(run: dict[str, Any]) -> dict[str, Any]:
    """`address`, and what it `lacks`: '' where nothing. Raises what MLflow raises."""
    from mlflow.tracking import MlflowClient

    url = run["url"]
    with ExitStack() as stack:
        if "://" in url:
            client, artefacts, place = MlflowClient(url), None, without_login(url)
        else:
            folder = Path(url)
            folder.mkdir(parents=True, exist_ok=True)
            stack.enter_context(file_lock(folder / "lock"))  # two that make its tables at once spoil them
            client = MlflowClient(f"sqlite:///{folder / 'mlflow.db'}")
            artefacts, place = (folder / "artifacts").as_uri(), str(folder)
        experiment = _experiment(client, run["family"], artefacts)
        found = _run_of(client, experiment, run)
        _tell(client, found, run)
        lacks = _send(client, found, run["artefacts"])
        client.set_terminated(found)
    return {"address": f"{place.rstrip('/')}/#/experiments/{experiment}/runs/{found}", "lacks": lacks}


def _experiment(client: Any, name: str, artefacts: str | None) -> str:
    from mlflow.exceptions import MlflowException

    if found := client.get_experiment_by_name(name):
        return str(found.experiment_id)
    try:
        made = client.create_experiment(name, artifact_location=artefacts and f"{artefacts}/{name}")
    except MlflowException:
        found = client.get_experiment_by_name(name)  # somebody else was faster
        if not found:
            raise
        return str(found.experiment_id)
    return str(made)


def _run_of(client: Any, experiment: str, run: dict[str, Any]) -> str:
    """The one with this fingerprint, else a new one."""
    wanted = f"tags.`uball.fingerprint` = '{run['fingerprint']}'"
    for found in client.search_runs([experiment], wanted, max_results=1):
        return str(found.info.run_id)
    tags = {"uball.fingerprint": run["fingerprint"]}
    return str(client.create_run(experiment, run_name=run["model"], tags=tags).info.run_id)


def _tell(client: Any, run_id: str, run: dict[str, Any]) -> None:
    from mlflow.entities import Metric, Param, RunTag

    now_ms = int(time.time() * 1000)
    tags = {**run["tags"], "uball.model": run["model"], "uball.version": str(run["version"])}
    parameters = {name: "" if value is None else str(value) for name, value in run["parameters"].items()}
    for some in _at_once(list({**tags, "uball.family": run["family"]}.items())):
        client.log_batch(run_id, tags=[RunTag(name, value[:_LONGEST_VALUE]) for name, value in some])
    for some in _at_once(list(parameters.items())):
        client.log_batch(run_id, params=[Param(name, value[:_LONGEST_VALUE]) for name, value in some])
    steps = [(name, float(value), 0) for name, value in run["metrics"].items()]
    for name, curve in run["curves"].items():
        steps += [(name, float(value), step) for step, value in enumerate(curve)]
    for points in _at_once(steps, 10 * _MOST_AT_ONCE):
        client.log_batch(run_id, metrics=[Metric(name, value, now_ms, step) for name, value, step in points])


def _send(client: Any, run_id: str, artefacts: dict[str, str]) -> str:
    """What was not taken, and why: a server may keep numbers and have no place for files."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in artefacts.items():
            path = Path(folder) / name
            path.write_bytes(base64.b64decode(data))
            try:
                client.log_artifact(run_id, str(path))
            except Exception as error:  # noqa: BLE001 - whatever library stores it
                return f"{name} and what follows it ({_first_line(error)})"
    return ""


def _at_once(items: Sequence[Any], most: int = _MOST_AT_ONCE) -> Iterator[Sequence[Any]]:
    for begin in range(0, len(items), most):
        yield items[begin : begin + most]


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__


def main() -> None:
    logging.disable(logging.WARNING)
    run = json.load(sys.stdin)
    try:
        answer = track(run)
    except Exception as error:  # noqa: BLE001 - one line for the log of the training
        sys.stderr.write(f"{_first_line(error)}\n")
        sys.exit(1)
    sys.stdout.write(f"{json.dumps(answer)}\n")


if __name__ == "__main__":
    main()
