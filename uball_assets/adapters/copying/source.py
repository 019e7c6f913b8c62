"""A video where it arrived, read once from front to end, and what its service knows of its content.

Belongs here: reading for a copy. Not here: checksums (`proof`), or where the bytes go (`stream`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from uball_assets.adapters.copying.proof import Witness
from uball_assets.adapters.stores.buckets import for_readers
from uball_assets.adapters.stores.gcs_store import GcsStore
from uball_assets.adapters.stores.object_store import ObjectInfo, ObjectStore
from uball_assets.adapters.stores.s3_store import S3Store, unpacked
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.domain.footage.migration import KEPT

BLOCK_BYTES = 1024 * 1024
"""In memory, some times over, for each video being copied. Measured on four videos: 256 KiB costs 40 % more
CPU; 4 MiB saves 20 %, and costs 60 MB."""
RANGE_BYTES = 8 * 1024 * 1024
"""Asked for at once where a store hands out ranges only."""

ARCHIVES = ("GLACIER", "DEEP_ARCHIVE")
"""Storage classes that hand out nothing before a restore; GLACIER_IR does."""
_PACKED = {"gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}
"""By their first bytes: the header alone may be wrong (`aws-chunked`, or `gzip` of a plain video)."""
_UNMARKED = ("br", "deflate", "compress")
"""Content encodings that have no first bytes of their own."""
_LONGEST_MAGIC = 4
_SAYS_NOTHING = ("binary/octet-stream", "application/octet-stream")
"""What the services say of an upload that named no type: the file's name says more."""


class Source:
    """One object of a listing; if it was replaced since, reading or the copy's proof says so."""

    def __init__(self, store: ObjectStore, info: ObjectInfo) -> None:
        self._store, self.info = store, info
        self.uri, self.size_bytes = store.uri(info.name), info.size_bytes

    @cached_property
    def fingerprint(self) -> str:
        return self._store.fingerprint(self.info)

    @cached_property
    def witness(self) -> Witness:
        """Asks S3 up to twice; GCS said it in the listing, and a folder knows nothing."""
        if isinstance(self._store, GcsStore):
            return Witness(crc32c=self.info.checksum)
        if isinstance(self._store, S3Store):
            return _of_s3(self._store, self.info, self._head)
        return Witness()

    @cached_property
    def _head(self) -> Mapping[str, Any]:
        """What S3 says of the object, asked once; nothing of another store's."""
        return self._store.look(self.info) if isinstance(self._store, S3Store) else {}

    @cached_property
    def content_type(self) -> str:
        """As it is kept with the object, which is asked for once; '' where nobody ever said one."""
        if isinstance(self._store, GcsStore):
            described = self._store.content_type(self.info)
        else:
            described = str(self._head.get("ContentType", ""))
        return "" if described in _SAYS_NOTHING else described

    @cached_property
    def metadata(self) -> dict[str, str]:
        """What people and programs kept with the object, and how it is packed; without our own entries."""
        kept = unpacked(self._head.get("Metadata", {})) if self._head else self.info.metadata
        coding = str(self._head.get("ContentEncoding", "")).lower()
        packed = {"content-encoding": coding} if coding in (*_PACKED, *_UNMARKED) else {}
        return {key: value for key, value in {**for_readers(kept), **packed}.items() if key not in KEPT}

    def prove_video(self) -> None:
        """As `prove_readable`, and Permanent for what is kept compressed. Asks S3 twice, others once."""
        self.prove_readable()
        coding = str(self._head.get("ContentEncoding", "")).lower()
        head = self._store.read_range(self.info.name, 0, _LONGEST_MAGIC) if self.size_bytes else b""
        packed = next((name for name, magic in _PACKED.items() if head.startswith(magic)), "")
        if packed or coding in _UNMARKED:
            raise Permanent(
                f"{self.uri} is kept compressed ({packed or coding}), which is no video; upload the video "
                "itself, without Content-Encoding"
            )

    def prove_readable(self) -> None:
        """Permanent for what is archived, Transient while it is being restored. Asks S3 once."""
        restored = str(self._head.get("Restore", ""))
        is_archived = self._head.get("StorageClass") in ARCHIVES or "ArchiveStatus" in self._head
        if is_archived and 'ongoing-request="true"' in restored:
            raise Transient(f"{self.uri} is being restored from its archive; try again when it is there")
        if is_archived and 'ongoing-request="false"' not in restored:
            where = self._head.get("ArchiveStatus") or self._head["StorageClass"]
            raise Permanent(
                f"{self.uri} is archived ({where}); restore it (`aws s3api restore-object`), then try again"
            )

    def blocks(self, offset: int) -> Iterator[bytes]:
        """The bytes from `offset` to the end. Raises Transient where they break off; else as the store."""
        left = self.size_bytes - offset
        for block in self._opened(offset):
            left -= len(block)
            yield block
        if left:
            raise Transient(f"{self.uri} broke off {left} bytes before its end; try again")

    def _opened(self, offset: int) -> Iterator[bytes]:
        if isinstance(self._store, S3Store):
            with self._store.opened(self.info, offset) as body:
                while block := body.read(BLOCK_BYTES):
                    yield block
            return
        for begin in range(offset, self.size_bytes, RANGE_BYTES):
            yield self._store.read_range(self.info.name, begin, min(RANGE_BYTES, self.size_bytes - begin))


def _of_s3(store: S3Store, info: ObjectInfo, described: Mapping[str, Any]) -> Witness:
    is_whole = described.get("ChecksumType") == "FULL_OBJECT" or "-" not in info.checksum
    witness = Witness(
        crc32c=_plain(described, "ChecksumCRC32C") if is_whole else "",
        crc32=_plain(described, "ChecksumCRC32") if is_whole else "",
        etag=info.checksum if _is_md5(described) else "",
    )
    if not witness.part_count or witness.crc32c or witness.crc32:
        return witness
    part_bytes = store.first_part_bytes(info)
    are_equal = part_bytes > 0 and -(-info.size_bytes // part_bytes) == witness.part_count
    return Witness(etag=witness.etag, part_bytes=part_bytes if are_equal else 0)


def _plain(described: Mapping[str, Any], name: str) -> str:
    """Checksums of parts are written with their number behind: `…-3`."""
    checksum = str(described.get(name, ""))
    return "" if "-" in checksum else checksum


def _is_md5(described: Mapping[str, Any]) -> bool:
    """Objects encrypted by KMS or by a customer's key have other ETags."""
    return (
        described.get("ServerSideEncryption", "AES256") == "AES256"
        and "SSECustomerAlgorithm" not in described
    )
