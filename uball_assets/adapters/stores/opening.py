"""Opening an object store by the address that a setting gives.

Belongs here: which implementation an address means. Not here: what a store does (`object_store`).
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.errors import Permanent


def open_store(
    url: str,
    *,
    gcp_project_id: str | None = None,
    aws_region: str | None = None,
    pays_for_reading: bool = False,
) -> ObjectStore:
    """The store behind a setting: a path or `file:///path` (percent-encoded) is a folder on this machine,
    `gs://bucket` and `s3://bucket` are buckets, `s3://bucket/folder` is a folder in one.

    Nothing is asked of a service yet. Permanent for an address that no store answers to, or whose library is
    not installed. The others are for buckets; None leaves it to the libraries' own configuration.
    `pays_for_reading`: of S3's requester-pays buckets.
    """
    scheme, separator, rest = url.partition("://")
    if separator and scheme in ("gs", "s3"):
        return _open_bucket(url, gcp_project_id, aws_region, pays_for_reading)
    if scheme == "file" and separator:
        return _open_folder(unquote(rest), url, must_be_absolute=True)
    if separator:
        raise Permanent(f"{url} is no store: use a folder's path, file://, gs:// or s3://")
    return _open_folder(url, url, must_be_absolute=False)


def _open_bucket(
    url: str, gcp_project_id: str | None, aws_region: str | None, pays_for_reading: bool
) -> ObjectStore:
    from uball_assets.adapters.stores.buckets import BucketAddress
    from uball_assets.adapters.stores.gcs_store import GcsStore
    from uball_assets.adapters.stores.s3_store import S3Store

    address = BucketAddress.parse(url)
    library, extra = {"gs": ("dagster_gcp", "gcp"), "s3": ("dagster_aws", "aws")}[address.scheme]
    if find_spec(library) is None:
        raise Permanent(
            f"{address} needs the '{extra}' extra: pip install -c constraints.txt -e '.[{extra}]'"
        )
    if address.scheme == "gs":
        return GcsStore(address, gcp_project_id)
    return S3Store(address, aws_region, pays_for_reading=pays_for_reading)


def _open_folder(path: str, url: str, *, must_be_absolute: bool) -> ObjectStore:
    from uball_assets.adapters.stores.folder_store import FolderStore

    if not path.strip() or (must_be_absolute and not path.startswith("/")):
        raise Permanent(
            f"{url!r} names no folder: use a path, or file:// and an absolute path: file:///data/videos"
        )
    return FolderStore(Path(path).expanduser())
