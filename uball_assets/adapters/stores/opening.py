"""Opening an object store by the address that a setting gives.

Belongs here: which implementation an address means. Not here: what a store does (`object_store`).
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import unquote

from uball_assets.adapters.machine.circuits import ALWAYS_ASKED, Circuits
from uball_assets.adapters.stores.buckets import BucketAddress, BucketOptions
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.errors import Permanent
from uball_assets.domain.store_addresses import Scheme, bucket_scheme


class BucketModule(Protocol):
    """What the module of a scheme has."""

    def open_bucket(self, address: BucketAddress, options: BucketOptions) -> ObjectStore:
        """Asks nothing of the service yet."""
        ...

    def service_address(self, options: BucketOptions) -> str:
        """Where its library asks for buckets: `https://storage.googleapis.com`, or as it is configured."""
        ...


def open_store(
    url: str,
    *,
    gcp_project_id: str | None = None,
    aws_region: str | None = None,
    pays_for_reading: bool = False,
    circuits: Circuits | None = None,
) -> ObjectStore:
    """The store behind a setting: a path or `file:///path` (percent-encoded) is a folder on this machine,
    `gs://bucket` and `s3://bucket` are buckets, `s3://bucket/folder` is a folder in one.

    Nothing is asked of a service yet. Permanent for an address that no store answers to, or whose library is
    not installed. The others are for buckets; None leaves it to the libraries' own configuration.
    `pays_for_reading`: of S3's requester-pays buckets. `circuits`: the league's, of which a bucket has one; a
    folder needs none, there is nobody to spare.
    """
    scheme = bucket_scheme(url)
    if scheme:
        address = BucketAddress.parse(url)
        circuit = circuits.of(f"{scheme.name}://{address.bucket}") if circuits else ALWAYS_ASKED
        options = BucketOptions(gcp_project_id, aws_region, pays_for_reading, circuit)
        return _module(scheme, str(address)).open_bucket(address, options)
    _, separator, path = url.partition("://")
    if separator:
        return _open_folder(unquote(path), url, must_be_absolute=True)
    return _open_folder(url, url, must_be_absolute=False)


def service_address(scheme: Scheme, aws_region: str | None = None) -> str:
    """Where this machine's libraries ask for buckets of a scheme; Permanent where they are not installed."""
    options = BucketOptions(aws_region=aws_region)
    return _module(scheme, f"{scheme.name}://").service_address(options)


def _module(scheme: Scheme, needed_by: str) -> BucketModule:
    if find_spec(scheme.library) is None:
        command = f"pip install -c constraints.txt -e '.[{scheme.extra}]'"
        raise Permanent(f"{needed_by} needs the '{scheme.extra}' extra: {command}")
    return cast(BucketModule, import_module(f"uball_assets.adapters.stores.{scheme.module}"))


def _open_folder(path: str, url: str, *, must_be_absolute: bool) -> ObjectStore:
    from uball_assets.adapters.stores.folder_store import FolderStore

    if not path.strip() or (must_be_absolute and not path.startswith("/")):
        raise Permanent(
            f"{url!r} names no folder: use a path, or file:// and an absolute path: file:///data/videos"
        )
    return FolderStore(Path(path).expanduser())
