"""The schemes of object stores' addresses: what stands before `://`, and what each needs.

Belongs here: the one table of them, and which entry an address means. A further object store is an entry, its
module in `adapters/stores`, its extra in pyproject.toml. Not here: opening one (`adapters.stores.opening`),
buckets' names (`adapters.stores.buckets`).
"""

from __future__ import annotations

from dataclasses import dataclass

from uball_assets.domain.errors import Permanent


@dataclass(frozen=True)
class Scheme:
    """How buckets of one service are addressed."""

    name: str
    """As in `gs://bucket`."""
    module: str
    """In `adapters.stores`; `opening.BucketModule` says what it has."""
    extra: str
    """The package's extra that brings its libraries."""
    library: str
    """The one of them that is looked for, by the name it is imported by, without a dot."""


SCHEMES = {
    scheme.name: scheme
    for scheme in (
        Scheme("gs", module="gcs_store", extra="gcp", library="dagster_gcp"),
        Scheme("s3", module="s3_store", extra="aws", library="dagster_aws"),
    )
}


def bucket_scheme(url: str) -> Scheme | None:
    """What a bucket's address begins with; None for a folder: a path, or `file://`.

    Permanent for any other scheme.
    """
    name, separator, _ = url.partition("://")
    if not separator or name == "file":
        return None
    if name not in SCHEMES:
        raise Permanent(f"{name}:// is no store: use a folder's path, file:///... or {bucket_forms()}")
    return SCHEMES[name]


def bucket_forms() -> str:
    """`gs://bucket or s3://bucket`."""
    return " or ".join(f"{name}://bucket" for name in SCHEMES)
