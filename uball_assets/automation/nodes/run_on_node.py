"""A run's process on one of several machines: claims the run's lease, does the run, gives the lease back.

`python -m uball_assets.automation.nodes.run_on_node LEASE_S RUN`: what `ray_launcher` has Ray start, instead
of Dagster's `api execute_run`, which it calls in turn. Ray may start it late, or twice: it does nothing where
the run waits for nobody any more.

Belongs here: whether this process may do the run. Not here: the lease's own rules (`lease`).
"""

from __future__ import annotations

import platform
import signal
import sys
import time

import dagster as dg
from dagster._cli.api import execute_run_command
from dagster._grpc.types import ExecuteRunArgs
from dagster_shared.serdes import deserialize_value

from uball_assets.adapters.machine.orphans import end_orphans
from uball_assets.automation.nodes.lease import Keeper, Lease
from uball_assets.settings import load_settings

NODE_TAG = "uball/node"
"""Of a run that was done on one of several machines: which. It has, or had, a lease."""
_WAITS = (dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED)
"""Handed over, and then it seemed to its launcher as if it was not: it will be said to start soon."""


def main(lease_s: float, run_words: str) -> None:
    """Exits as Dagster's own command does."""
    run_id = deserialize_value(run_words, ExecuteRunArgs).run_id
    node = platform.node()
    # Ray starts everything with SIGINT blocked, by which a cancelled run is interrupted.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGALRM})
    with dg.DagsterInstance.get() as instance:
        lease = Lease(instance, run_id)
        if not lease.claim(node):
            print(f"another process does the run {run_id}")  # noqa: T201 - into the log of Ray's job
            return
        keeper = Keeper(lease, node, lease_s)
        keeper.start()
        try:
            if _is_to_start(instance, run_id):
                end_orphans(load_settings().cache / "work")
                instance.add_run_tags(run_id, {NODE_TAG: node})
                execute_run_command.main([run_words], standalone_mode=False)
        finally:
            keeper.done()
            lease.release()


def _is_to_start(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Asked with the lease in hand: whoever cancels looks for a lease first."""
    while (run := instance.get_run_by_id(run_id)) and run.status in _WAITS:
        time.sleep(1.0)
    return run is not None and run.status is dg.DagsterRunStatus.STARTING


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2])
