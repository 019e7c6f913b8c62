"""What runs print, kept in a bucket by Dagster's own classes for S3 and GCS.

Belongs here: which of them an address means. Not here: buckets of ours (`adapters.stores`).
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import cast

from dagster._core.storage.compute_log_manager import ComputeLogManager
from dagster._serdes import ConfigurableClassData

from uball_assets.adapters.stores.buckets import BucketAddress
from uball_assets.domain.errors import Permanent
from uball_assets.domain.store_addresses import bucket_scheme

_CLASSES = {
    "s3": ("dagster_aws", "dagster_aws.s3.compute_log_manager", "S3ComputeLogManager"),
    "gs": ("dagster_gcp", "dagster_gcp.gcs.compute_log_manager", "GCSComputeLogManager"),
}


def bucket_logs(url: str, local_folder: str, inst_data: ConfigurableClassData | None) -> ComputeLogManager:
    """`local_folder`: where they stand until a step ends. Nothing is asked of the bucket yet.

    Raises Permanent for an address that names no bucket, or whose library is not installed.
    """
    scheme, address = bucket_scheme(url), BucketAddress.parse(url)
    if scheme is None:
        raise Permanent(f"{url} names no bucket")
    package, module, name = _CLASSES[scheme.name]
    if find_spec(package) is None:
        command = f"pip install -c constraints.txt -e '.[{scheme.extra}]'"
        raise Permanent(f"UBALL_LOGS_URL={url} needs the '{scheme.extra}' extra: {command}")
    kind = getattr(import_module(module), name)
    prefix = address.folder.rstrip("/")
    return cast(ComputeLogManager, kind(address.bucket, local_folder, inst_data, prefix))
