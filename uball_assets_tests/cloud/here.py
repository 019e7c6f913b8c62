"""The four services on this machine, to try the cloud by hand: python -m uball_assets_tests.cloud.here

Prints the settings that lead to them, as lines for a shell or a `.env` file, and serves until it is stopped.
Everything is in memory or in a temporary folder: nothing outlives it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading

import urllib3

from uball_assets.adapters.machine.processes import stop
from uball_assets_tests.cloud.servers.supabase_keys import SERVICE_KEY

VIDEOS, TRAINING, ARRIVALS = "league-videos", "league-training", "league-arrivals"


def start(stack: contextlib.ExitStack, module: str, **environment: str) -> str:
    """The server's address, once it answers; it ends with the stack."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"uball_assets_tests.cloud.servers.{module}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **environment},
        text=True,
        start_new_session=True,
    )
    stack.callback(stop, process)
    sys.stderr.write(f"# starting {module}\n")
    assert process.stdin is not None
    assert process.stdout is not None
    stack.callback(process.stdin.close)
    port = process.stdout.readline().strip()
    if not port:
        sys.exit(f"{module} did not start: install the services extra (make test-services does)")
    return f"http://127.0.0.1:{port}"


def settings(s3: str, gcs: str, supabase: str, vertex: str) -> dict[str, str]:
    """Makes the buckets and the database, and says how they are reached."""
    urllib3.request("PUT", f"{s3}/{ARRIVALS}")
    for bucket in (VIDEOS, TRAINING):
        urllib3.request("POST", f"{gcs}/storage/v1/b?project=league", json={"name": bucket})
    project = urllib3.request("POST", f"{supabase}/control/projects").json()
    return {
        "UBALL_SOURCE_URL": f"s3://{ARRIVALS}",
        "UBALL_VIDEOS_URL": f"gs://{VIDEOS}",
        "UBALL_TRAINING_URL": f"gs://{TRAINING}",
        "UBALL_PLAYS_URL": "supabase",
        "SUPABASE_URL": f"{supabase}/{project['name']}",
        "SUPABASE_SERVICE_KEY": SERVICE_KEY,
        "UBALL_TRAINER": "vertex",
        "GCP_PROJECT_ID": "league",
        "UBALL_VERTEX_URL": vertex,
        "UBALL_VERTEX_TOKEN": "any-token",
        "UBALL_TRAIN_POLL_S": "1",
        "UBALL_SUBMIT_GRACE_S": "20",
        "STORAGE_EMULATOR_HOST": gcs,
        "AWS_ENDPOINT_URL_S3": s3,
        "AWS_ACCESS_KEY_ID": "AKIATESTTESTTESTTEST",
        "AWS_SECRET_ACCESS_KEY": "any-secret",
        "AWS_DEFAULT_REGION": "us-east-1",
    }


def main() -> None:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with contextlib.ExitStack() as stack:
        s3, gcs = start(stack, "s3_server"), start(stack, "gcs_server")
        supabase = start(stack, "postgrest_server")
        vertex = start(stack, "vertex_server", STORAGE_EMULATOR_HOST=gcs)
        for name, value in settings(s3, gcs, supabase, vertex).items():
            sys.stdout.write(f"export {name}={value}\n")
        sys.stdout.flush()
        stopped.wait()


if __name__ == "__main__":
    main()
