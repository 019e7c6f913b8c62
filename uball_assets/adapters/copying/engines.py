"""Who copies: this program (`stream`), the program rclone, or Google's Storage Transfer Service (`sts`).

Belongs here: choosing one, and running `stream` on several videos at once. Not here: copying one
(`stream`, `rclone`, `transfer_service`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from uball_assets.adapters.copying.job import Copied, Engine, Job, OnBytes, Outcome
from uball_assets.adapters.copying.resumable_upload import open_http
from uball_assets.adapters.copying.stream import StreamCopier, copy_into_folder
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.gcs_store import GcsStore
from uball_assets.adapters.stores.object_store import AlreadyExists, ObjectStore
from uball_assets.domain.errors import Permanent, UballError

Store = GcsStore | FolderStore
"""What videos are copied into."""


def target_store(video_store: ObjectStore) -> Store:
    if isinstance(video_store, (GcsStore, FolderStore)):
        return video_store
    raise Permanent(
        f"videos are not copied into {video_store!r}: set UBALL_VIDEOS_URL to gs://bucket or a folder"
    )


def engine_named(
    name: str, source: ObjectStore, video_store: Store, workers: int, role_arn: str, project_id: str | None
) -> Engine:
    if name == "stream":
        return partial(_stream_all, video_store, workers)
    if name == "rclone":
        from uball_assets.adapters.copying.rclone import rclone_engine

        return rclone_engine(source, video_store, workers)
    if name == "sts":
        from uball_assets.adapters.copying.transfer_service import transfer_engine

        return transfer_engine(source, video_store, project_id, role_arn)
    raise Permanent(f"{name!r} is no engine: use stream, rclone or sts")


def _stream_all(
    video_store: Store, workers: int, jobs: Sequence[Job], on_bytes: OnBytes
) -> Mapping[str, Outcome]:
    copy: Callable[[Job, OnBytes], Copied]
    if isinstance(video_store, GcsStore):
        copy = StreamCopier(video_store, open_http(workers)).copy
    else:
        copy = partial(copy_into_folder, video_store)

    ended = threading.Event()

    def told_unless_ended(size_bytes: int) -> None:
        if ended.is_set():
            raise _Ended
        on_bytes(size_bytes)

    def one(job: Job) -> Outcome:
        try:
            return copy(job, told_unless_ended)
        except (UballError, AlreadyExists) as error:
            return error

    with ThreadPoolExecutor(min(workers, len(jobs)), "copy") as pool:
        try:
            return dict(zip((job.target for job in jobs), pool.map(one, jobs), strict=True))
        except BaseException:
            ended.set()
            pool.shutdown(cancel_futures=True)
            raise


class _Ended(Exception):  # noqa: N818 - no error: a person pressed Ctrl-C
    """Stops a copy in the middle; its cursor stays."""
