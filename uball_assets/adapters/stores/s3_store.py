"""An object store in a bucket of S3, or of any service that speaks its protocol.

The client is the one that dagster-aws's resource configures: the standard credential chain, five tries with
growing waits, AWS_ENDPOINT_URL_S3 honoured. Bytes are checked on their way in by the service (CRC32, before
they are visible) and on their way out by the client: by the checksum kept with the object, or by MD5 where an
older upload kept none.

What a listing cannot tell on S3 is metadata: `s3_metadata` asks for it.

A killed upload of a large file leaves parts that nobody sees and S3 bills: give the bucket the lifecycle rule
AbortIncompleteMultipartUpload.

Belongs here: the service's calls. Not here: what it refuses (`s3_errors`), what holds for every bucket
(`buckets`).
"""

from __future__ import annotations

import builtins
import hashlib
import itertools
import json
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from uball_assets.adapters.machine.circuits import ALWAYS_ASKED, Breaker
from uball_assets.adapters.machine.file_errors import translated as translated_file
from uball_assets.adapters.stores.buckets import (
    CONNECTIONS,
    WRITER,
    BucketAddress,
    BucketOptions,
    check_range,
    guessed_type,
    in_stretches,
)
from uball_assets.adapters.stores.object_store import AlreadyExists, ObjectInfo
from uball_assets.adapters.stores.s3_errors import broken_off, status_of, translated
from uball_assets.adapters.stores.s3_metadata import KeptWithListing, KeptWithObject
from uball_assets.domain.errors import Permanent, Transient

WAITS_S = (0.2, 1.0, 4.0)
"""Before a body that broke off, or a create that met another, is tried again; boto3 tries the rest itself."""
PART_BYTES = 16 * 1024 * 1024
"""Files from this size on are sent in parts. Always the same, so that equal files get equal ETags."""
_UNTOLD = ""
"""The version of what was written: a part of it is the time that only a listing tells."""
_METADATA = "uball"
"""One header holds all metadata as ASCII JSON: S3 takes no other letters and forgets a name's case."""


class S3Store:
    """Safe to use from many threads. Nothing is asked of the service before the first call."""

    def __init__(
        self,
        address: BucketAddress,
        region: str | None = None,
        attempts: int = 5,
        waits_s: tuple[float, ...] = WAITS_S,
        *,
        pays_for_reading: bool = False,
        circuit: Breaker = ALWAYS_ASKED,
    ) -> None:
        """`attempts` are boto3's at one request; `pays_for_reading` where the bucket's owner does not."""
        self.address = address
        self.pays_for_reading = pays_for_reading
        self._circuit = circuit
        self._attempts = attempts
        self._region = region
        self._waits_s = waits_s
        self._opening = threading.Lock()
        self._clients: Iterator[Any] | None = None

    def __repr__(self) -> str:
        return f"S3Store({str(self.address)!r})"

    def uri(self, name: str) -> str:
        return self.address.uri(name)

    def name_of(self, uri: str) -> str:
        return self.address.name_of(uri)

    def local_path(self, name: str) -> None:
        self.address.key(name)

    def list(self, prefix: str, after: str = "") -> list[ObjectInfo]:
        return self._infos(self._stretch(prefix, after))

    def list_long(self, prefix: str, marks: Iterable[str]) -> builtins.list[ObjectInfo]:
        return self._infos(in_stretches(lambda *ends: self._stretch(prefix, *ends), prefix, marks))

    def names(self, prefix: str, marks: Iterable[str]) -> builtins.list[str]:
        listed = in_stretches(lambda *ends: self._stretch(prefix, *ends), prefix, marks)
        return sorted(name for name, _ in listed)

    def _stretch(self, prefix: str, after: str, last: str = "") -> Iterator[tuple[str, Any]]:
        """Names and entries behind a name, up to another, that one included; '' for no bound."""
        key_prefix, last_key = self.address.key_prefix(prefix), self.address.key(last) if last else ""
        behind = {"StartAfter": self.address.key(after)} if after else {}
        with self._translated(f"list {self.address}{prefix}"):
            pages = self._client().get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.address.bucket, Prefix=key_prefix, **behind):
                for entry in page.get("Contents", []):
                    if last_key and entry["Key"] > last_key:
                        return
                    if name := self.address.listed_name(entry["Key"]):
                        yield name, entry

    def _infos(self, listed: Iterable[tuple[str, Any]]) -> builtins.list[ObjectInfo]:
        found = list(listed)
        kept = KeptWithListing(self._kept, {name: entry["ETag"] for name, entry in found})
        return sorted((_info(name, entry, kept) for name, entry in found), key=lambda info: info.name)

    def read(self, name: str) -> bytes:
        return self._body(name)

    def read_range(self, name: str, offset: int, length: int) -> bytes:
        check_range(name, offset, length)
        if length == 0:
            self.address.key(name)
            return b""
        return self._body(name, Range=f"bytes={offset}-{offset + length - 1}")

    def write(self, name: str, data: bytes, metadata: Mapping[str, str] | None = None) -> None:
        with self._translated(f"write {self.uri(name)}"):
            self._put(name, data, metadata)

    def create(self, name: str, data: bytes, metadata: Mapping[str, str] | None = None) -> str:
        from botocore.exceptions import ClientError

        kept = {**(metadata or {}), WRITER: uuid.uuid4().hex}
        with self._translated(f"write {self.uri(name)}"):
            for wait_s in (*self._waits_s, None):
                try:
                    self._put(name, data, kept, IfNoneMatch="*")
                    return _UNTOLD
                except ClientError as error:
                    if status_of(error) == 412:
                        if self._is_written_by(kept[WRITER], name):
                            return _UNTOLD
                        raise AlreadyExists(name) from None
                    if status_of(error) != 409 or wait_s is None:  # 409: another create is just going on
                        raise
                time.sleep(wait_s)
        raise AssertionError("the last of the waits is none")

    def upload(self, name: str, source: Path, metadata: Mapping[str, str] | None = None) -> None:
        from boto3.s3.transfer import TransferConfig

        with self._translated(f"write {self.uri(name)}"):
            with translated_file(f"read {source}"):
                file = source.open("rb")
            with file:
                self._client().upload_fileobj(
                    file,
                    self.address.bucket,
                    self.address.key(name),
                    ExtraArgs=_extra(name, metadata),
                    Config=TransferConfig(
                        multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, max_concurrency=4
                    ),
                )

    def delete(self, name: str) -> None:
        with self._translated(f"delete {self.uri(name)}"):
            self._client().delete_object(Bucket=self.address.bucket, Key=self.address.key(name))

    def fingerprint(self, info: ObjectInfo) -> str:
        """Size and ETag as the listing told them, so that nothing is read: the MD5 of the content, or of its
        parts' MD5s.

        Equal content that was uploaded in parts of another size, or into a bucket encrypted by KMS, has
        another one: its clips are cut once more, never wrongly kept.
        """
        if not info.checksum:
            raise Transient(f"{info.name} was not listed by this store: list again")
        return f"etag-{info.size_bytes}-{info.checksum}"

    def look(self, info: ObjectInfo) -> Mapping[str, Any]:
        """What S3 tells of a listed object, checksums included; Permanent if it was replaced since."""
        with self._translated(f"look at {self.uri(info.name)}"):
            described = self._client().head_object(**self._exactly(info), ChecksumMode="ENABLED")
        return dict(described)

    def first_part_bytes(self, info: ObjectInfo) -> int:
        """Of an object that was uploaded in parts; else its size."""
        arguments = {"Bucket": self.address.bucket, "Key": self.address.key(info.name), "PartNumber": 1}
        with self._translated(f"look at {self.uri(info.name)}"):
            return int(self._client().head_object(**arguments)["ContentLength"])

    @contextmanager
    def opened(self, info: ObjectInfo, offset: int = 0) -> Iterator[Any]:
        """A listed object's bytes from `offset` on, as they come: `read(length)`. Reading raises Transient
        where the connection breaks; what came is not checked."""
        arguments, doing = {"Range": f"bytes={offset}-"} if offset else {}, f"read {self.uri(info.name)}"
        with self._translated(doing):
            answer = self._client().get_object(**self._exactly(info), **arguments)
        # Not the circuit's any more: another service may fail meanwhile, to which the bytes go.
        with translated(doing, self.address.bucket), closing(answer["Body"]) as body:
            yield body

    @property
    def service(self) -> tuple[str, str]:
        """The address and the region that the client found, for other programs."""
        with self._translated(f"open {self.address}"):
            client = self._client()
        return str(client.meta.endpoint_url), str(client.meta.region_name or "")

    # the service

    def _exactly(self, info: ObjectInfo) -> dict[str, str]:
        key = self.address.key(info.name)
        return {"Bucket": self.address.bucket, "Key": key, "IfMatch": f'"{info.checksum}"'}

    def _client(self) -> Any:
        """One of a few clients in turn: dagster-aws leaves each with boto3's ten connections."""
        with self._opening:
            if self._clients is None:
                self._clients = itertools.cycle(_open(self._region, self._attempts, self.pays_for_reading))
            return next(self._clients)

    @contextmanager
    def _translated(self, doing: str) -> Iterator[None]:
        with self._circuit.asking(), translated(doing, self.address.bucket):
            yield

    def _put(self, name: str, data: bytes, metadata: Mapping[str, str] | None, **conditions: str) -> None:
        self._client().put_object(
            Bucket=self.address.bucket,
            Key=self.address.key(name),
            Body=data,
            **_extra(name, metadata),
            **conditions,
        )

    def _body(self, name: str, **arguments: str) -> bytes:
        """boto3 tries again what was refused, but not a body that breaks off."""
        from botocore.exceptions import BotoCoreError, ClientError

        with self._translated(f"read {self.uri(name)}"):
            for wait_s in (*self._waits_s, None):
                try:
                    answer = self._client().get_object(
                        Bucket=self.address.bucket, Key=self.address.key(name), **arguments
                    )
                    with closing(answer["Body"]) as body:
                        data: bytes = body.read()
                    if arguments or _is_whole(answer, data):
                        return data
                except ClientError as error:
                    if status_of(error) == 416:
                        return b""
                    raise
                except BotoCoreError as error:
                    if wait_s is None or not isinstance(error, broken_off()):
                        raise
                if wait_s is not None:
                    time.sleep(wait_s)
        raise Transient(f"cannot read {self.uri(name)}: it arrives damaged, tried several times; try later")

    def _is_written_by(self, writer: str, name: str) -> bool:
        try:
            return self._kept(name).get(WRITER) == writer
        except Permanent:  # gone again, or not ours to look at
            return False

    def _kept(self, name: str, etag: str | None = None) -> dict[str, str]:
        """What is kept with an object, our own entry included."""
        with self._translated(f"look at {self.uri(name)}"):
            head = self._client().head_object(Bucket=self.address.bucket, Key=self.address.key(name))
        if etag and head["ETag"] != etag:
            raise Transient(f"{self.uri(name)} was replaced since it was listed: list again")
        return unpacked(head["Metadata"])


def unpacked(metadata: Mapping[str, str]) -> dict[str, str]:
    """Metadata as it was given: ours stands in one header."""
    kept = dict(metadata)
    try:
        ours = json.loads(kept.pop(_METADATA, "{}"))
    except ValueError:
        ours = {}
    return {**kept, **{str(key): str(value) for key, value in dict(ours).items()}}


def open_bucket(address: BucketAddress, options: BucketOptions) -> S3Store:
    return S3Store(
        address,
        options.aws_region,
        pays_for_reading=options.pays_for_reading,
        circuit=options.circuit,
    )


def service_address(options: BucketOptions) -> str:
    from boto3.session import Session
    from botocore.exceptions import BotoCoreError

    try:
        session = Session(region_name=options.aws_region or "us-east-1")
        return str(session.client("s3").meta.endpoint_url)
    except BotoCoreError:  # the store's own check names what is wrong with the configuration
        return "https://s3.amazonaws.com"


def _open(region: str | None, attempts: int, pays_for_reading: bool) -> list[Any]:
    from dagster_aws.s3 import S3Resource

    resource = S3Resource(region_name=region, max_attempts=attempts)
    first = resource.get_client()
    count = -(-CONNECTIONS // first.meta.config.max_pool_connections)
    clients = [first, *(resource.get_client() for _ in range(count - 1))]
    if pays_for_reading:
        for client in clients:
            client.meta.events.register("before-sign.s3", _pay)
    return clients


def _pay(request: Any, **_: Any) -> None:
    request.headers["x-amz-request-payer"] = "requester"


def _info(name: str, entry: Mapping[str, Any], kept: KeptWithListing) -> ObjectInfo:
    etag, modified = str(entry["ETag"]).strip('"'), entry["LastModified"]
    assert isinstance(modified, datetime)
    version = f"{etag}-{modified.timestamp():.3f}"
    metadata = KeptWithObject(name, kept)
    return ObjectInfo(name, int(entry["Size"]), version, metadata, etag, modified.timestamp())


def _extra(name: str, metadata: Mapping[str, str] | None) -> dict[str, Any]:
    kept = {_METADATA: json.dumps(dict(metadata), sort_keys=True)} if metadata else {}
    return {"ContentType": guessed_type(name), "Metadata": kept}


def _is_whole(answer: Mapping[str, Any], data: bytes) -> bool:
    """boto3 checks the checksum that is kept with an object. Without one an ETag is the content's MD5, unless
    the object came in parts or is encrypted by a key of its own."""
    etag = str(answer["ETag"]).strip('"')
    has_checksum = any(key.startswith("Checksum") and key != "ChecksumType" for key in answer)
    other_etag = "-" in etag or answer.get("ServerSideEncryption", "AES256") != "AES256"
    if has_checksum or other_etag or "SSECustomerAlgorithm" in answer or len(etag) != 32:
        return True
    return hashlib.md5(data, usedforsecurity=False).hexdigest() == etag
