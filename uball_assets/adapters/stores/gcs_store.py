"""An object store in a bucket of Google Cloud Storage.

The client is the one that dagster-gcp's resource configures: the machine's default credentials, or none where
STORAGE_EMULATOR_HOST names an emulator. A listing tells everything, metadata and checksum included. CRC32C is
checked by the service before what was written is visible, and by the client on what was read as a whole. A
generation, the service's own number, is the version.

Belongs here: the service's calls and errors. Not here: what holds for every bucket (`buckets`).
"""

from __future__ import annotations

import base64
import builtins
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from uball_assets.adapters.machine.circuits import ALWAYS_ASKED, Breaker
from uball_assets.adapters.machine.file_errors import translated as translated_file
from uball_assets.adapters.stores.buckets import (
    CONNECTIONS,
    WRITER,
    BucketAddress,
    BucketOptions,
    check_range,
    for_readers,
    guessed_type,
    in_stretches,
    no_bucket,
    no_login,
    refusal,
    unreachable,
)
from uball_assets.adapters.stores.object_store import AlreadyExists, ObjectInfo
from uball_assets.domain.errors import Permanent, Transient

if TYPE_CHECKING:
    from google.api_core.retry import Retry
    from google.cloud.storage import Blob, Bucket

LOGIN = (
    "run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS to a key file's path"
)
PATIENCE_S = 120.0
"""How long 408, 429, 5xx and cut connections are tried again, with growing waits, before it is an error."""
_FIELDS = "items(name,size,generation,crc32c,metadata,timeCreated),nextPageToken"
_NAMES = "items(name),nextPageToken"
_BLOCK_BYTES = 1024 * 1024


class GcsStore:
    """Safe to use from many threads. Nothing is asked of the service before the first call."""

    def __init__(
        self,
        address: BucketAddress,
        project_id: str | None = None,
        patience_s: float = PATIENCE_S,
        circuit: Breaker = ALWAYS_ASKED,
    ) -> None:
        self.address = address
        self._project_id = project_id
        self._patience_s = patience_s
        self._circuit = circuit
        self._opening = threading.Lock()
        self._bucket_opened: Bucket | None = None

    def __repr__(self) -> str:
        return f"GcsStore({str(self.address)!r})"

    def uri(self, name: str) -> str:
        return self.address.uri(name)

    def name_of(self, uri: str) -> str:
        return self.address.name_of(uri)

    def local_path(self, name: str) -> None:
        self.address.key(name)

    def list(self, prefix: str, after: str = "") -> list[ObjectInfo]:
        return _infos(one for one in self._stretch(_FIELDS, prefix, after) if one[0] != after)

    def list_long(self, prefix: str, marks: Iterable[str]) -> builtins.list[ObjectInfo]:
        return _infos(in_stretches(lambda *ends: self._stretch(_FIELDS, prefix, *ends), prefix, marks))

    def names(self, prefix: str, marks: Iterable[str]) -> builtins.list[str]:
        listed = in_stretches(lambda *ends: self._stretch(_NAMES, prefix, *ends), prefix, marks)
        return sorted(name for name, _ in listed)

    def _stretch(
        self, fields: str, prefix: str, first: str, end: str = ""
    ) -> builtins.list[tuple[str, Blob]]:
        """From a name on, that one included, to before another; '' for no bound."""
        key_prefix, end_key = self.address.key_prefix(prefix), self.address.key(end) if end else None
        with self._asking(f"list {self.address}{prefix}"):
            bucket = self._bucket()
            blobs = bucket.client.list_blobs(
                bucket,
                prefix=key_prefix,
                start_offset=self.address.key(first) if first else None,
                end_offset=end_key,
                fields=fields,
                retry=self._retry(),
            )
            named = ((self.address.listed_name(blob.name), blob) for blob in _before(end_key, blobs))
            return [(name, blob) for name, blob in named if name]

    def read(self, name: str) -> bytes:
        with self._blob(name, "read") as blob:
            data: bytes = blob.download_as_bytes(raw_download=True, checksum="crc32c", retry=self._retry())
            return data

    def read_range(self, name: str, offset: int, length: int) -> bytes:
        from google.api_core.exceptions import RequestRangeNotSatisfiable

        check_range(name, offset, length)
        with self._blob(name, "read") as blob:
            if length == 0:
                return b""
            try:
                data: bytes = blob.download_as_bytes(
                    start=offset,
                    end=offset + length - 1,
                    raw_download=True,
                    checksum=None,  # a range has none of its own
                    retry=self._retry(),
                )
            except RequestRangeNotSatisfiable:
                return b""
            return data

    def write(self, name: str, data: bytes, metadata: Mapping[str, str] | None = None) -> None:
        with self._blob(name, "write") as blob:
            self._upload(blob, data, metadata)

    def create(self, name: str, data: bytes, metadata: Mapping[str, str] | None = None) -> str:
        from google.api_core.exceptions import PreconditionFailed

        writer = uuid.uuid4().hex
        with self._blob(name, "write") as blob:
            try:
                self._upload(blob, data, {**(metadata or {}), WRITER: writer}, if_generation_match=0)
            except PreconditionFailed:
                if not self._is_written_by(writer, name):
                    raise AlreadyExists(name) from None
                return ""
            return str(blob.generation or "")

    def upload(self, name: str, source: Path, metadata: Mapping[str, str] | None = None) -> None:
        with self._blob(name, "write") as blob:
            with translated_file(f"read {source}"):
                file = source.open("rb")
            with file:
                blob.metadata = dict(metadata or {})
                blob.upload_from_file(
                    file,
                    content_type=guessed_type(name),
                    checksum="crc32c",
                    crc32c_checksum_value=_crc32c(file, source),
                    retry=self._retry(),
                )

    def delete(self, name: str, version: str | None = None) -> None:
        """With a version: only while it is that one, else Permanent."""
        from google.api_core.exceptions import NotFound

        with self._blob(name, "delete") as blob, suppress(NotFound):
            blob.delete(if_generation_match=int(version) if version else None, retry=self._retry())

    def fingerprint(self, info: ObjectInfo) -> str:
        """Size and CRC32C as the listing told them: nothing is read, and every object has them, composed ones
        too."""
        if not info.checksum:
            raise Transient(f"{info.name} was not listed by this store: list again")
        return f"crc32c-{info.size_bytes}-{info.checksum}"

    def begin_upload(
        self,
        name: str,
        size_bytes: int,
        metadata: Mapping[str, str],
        version: str | None,
        content_type: str = "",
    ) -> str:
        """The address of a resumable upload: a secret, since it alone allows to write the object, for a week.

        AlreadyExists unless the object still is the `version` (None: still is not there). The service asks
        that again when the last byte arrives.
        """
        from google.api_core.exceptions import PreconditionFailed

        with self._blob(name, "write") as blob:
            blob.metadata = dict(metadata)
            try:
                address: str = blob.create_resumable_upload_session(
                    content_type=content_type or guessed_type(name),
                    size=size_bytes,
                    checksum=None,  # told with the last bytes
                    if_generation_match=int(version or 0),
                    retry=self._retry(),
                )
            except PreconditionFailed:
                raise AlreadyExists(name) from None
            return address

    def md5(self, info: ObjectInfo) -> str:
        """Of a listed object's content, in hex; '' where the service keeps none (composed objects)."""
        with self._blob(info.name, "look at") as blob:
            blob.reload(if_generation_match=int(info.version), retry=self._retry())
            return base64.b64decode(blob.md5_hash or "").hex()

    def content_type(self, info: ObjectInfo) -> str:
        """What is kept with a listed object; '' for none."""
        with self._blob(info.name, "look at") as blob:
            blob.reload(if_generation_match=int(info.version), retry=self._retry())
            return str(blob.content_type or "")

    def keep(self, info: ObjectInfo, metadata: Mapping[str, str], content_type: str = "") -> None:
        """Replaces what is kept with a listed object, not its content; Permanent if it was replaced since."""
        with self._blob(info.name, "describe") as blob:
            blob.metadata = dict(metadata)
            if content_type:
                blob.content_type = content_type
            blob.patch(if_generation_match=int(info.version), retry=self._retry())

    @property
    def service(self) -> str:
        """The address that the client found, for other programs; '' for Google's own."""
        with _translated(f"open {self.address}", self.address.bucket):
            address = str(self._bucket().client._connection.API_BASE_URL)
        return "" if address == "https://storage.googleapis.com" else address

    # the service

    def _bucket(self) -> Bucket:
        with self._opening:
            if self._bucket_opened is None:
                self._bucket_opened = _open(self.address.bucket, self._project_id)
            return self._bucket_opened

    @contextmanager
    def _asking(self, doing: str) -> Iterator[None]:
        with self._circuit.asking(), _translated(doing, self.address.bucket):
            yield

    @contextmanager
    def _blob(self, name: str, verb: str) -> Iterator[Blob]:
        key = self.address.key(name)
        with self._asking(f"{verb} {self.uri(name)}"):
            yield self._bucket().blob(key)

    def _retry(self) -> Retry:
        from google.cloud.storage.retry import DEFAULT_RETRY

        return DEFAULT_RETRY.with_timeout(self._patience_s)

    def _upload(
        self,
        blob: Blob,
        data: bytes,
        metadata: Mapping[str, str] | None,
        if_generation_match: int | None = None,
    ) -> None:
        blob.metadata = dict(metadata or {})
        blob.upload_from_string(
            data,
            content_type=guessed_type(blob.name),
            checksum="crc32c",
            if_generation_match=if_generation_match,
            retry=self._retry(),
        )

    def _is_written_by(self, writer: str, name: str) -> bool:
        try:
            with self._blob(name, "look at") as blob:
                blob.reload(retry=self._retry())
        except Permanent:  # gone again, or not ours to look at
            return False
        return bool((blob.metadata or {}).get(WRITER) == writer)


def open_bucket(address: BucketAddress, options: BucketOptions) -> GcsStore:
    return GcsStore(address, options.gcp_project_id, circuit=options.circuit)


def service_address(_: BucketOptions) -> str:
    from google.auth.credentials import AnonymousCredentials
    from google.cloud.storage import Client

    return str(Client(project="any", credentials=AnonymousCredentials()).api_endpoint)


def _open(bucket: str, project_id: str | None) -> Bucket:
    from dagster_gcp import GCSResource
    from requests.adapters import HTTPAdapter

    client = GCSResource(project=project_id).get_client()
    for scheme in ("https://", "http://"):  # requests' own ten would be opened and closed again and again
        client._http.mount(scheme, HTTPAdapter(pool_maxsize=CONNECTIONS))
    return client.bucket(bucket)


def _before(end_key: str | None, blobs: Iterable[Blob]) -> Iterable[Blob]:
    """Emulators go on to the last, whatever end is asked for."""
    return blobs if end_key is None else takewhile(lambda blob: str(blob.name) < end_key, blobs)


def _infos(listed: Iterable[tuple[str, Blob]]) -> list[ObjectInfo]:
    return sorted((_info(name, blob) for name, blob in listed), key=lambda info: info.name)


def _info(name: str, blob: Blob) -> ObjectInfo:
    written_at_s = blob.time_created.timestamp() if blob.time_created else None
    kept = for_readers(blob.metadata)
    return ObjectInfo(name, int(blob.size), str(blob.generation), kept, blob.crc32c, written_at_s)


def _crc32c(file: BinaryIO, source: Path) -> str:
    """As the service writes it: base64. The file stands at its start again."""
    import google_crc32c

    checksum = google_crc32c.Checksum()
    with translated_file(f"read {source}"):
        while block := file.read(_BLOCK_BYTES):
            checksum.update(block)
        file.seek(0)
    return base64.b64encode(checksum.digest()).decode()


@contextmanager
def _translated(doing: str, bucket: str) -> Iterator[None]:
    """Turns what the client raises into Permanent or Transient; `doing` is a verb and an address."""
    from google.api_core.exceptions import GoogleAPICallError, RetryError
    from google.auth.exceptions import GoogleAuthError, TransportError
    from google.cloud.storage.exceptions import DataCorruption, InvalidResponse
    from requests.exceptions import RequestException

    try:
        yield
    except RetryError as error:
        raise unreachable(doing, error.cause or error) from None
    except GoogleAPICallError as error:
        if error.code == 404 and (
            doing.startswith(("list", "write")) or "bucket does not exist" in error.message
        ):
            raise no_bucket(doing, bucket) from None
        raise refusal(doing, int(error.code or 500), _reason(error), LOGIN) from None
    except InvalidResponse as error:
        raise refusal(doing, error.response.status_code, "", LOGIN) from None
    except GoogleAuthError as error:
        if isinstance(error, TransportError) or error.retryable:
            raise unreachable(doing, error) from None
        raise no_login(doing, error, LOGIN) from None
    except (RequestException, ConnectionError, TimeoutError, DataCorruption) as error:
        raise unreachable(doing, error) from None


def _reason(error: object) -> str:
    """The service's word for it, as `rateLimitExceeded`; a word only, never its sentence."""
    details = getattr(error, "errors", None) or [{}]
    word = details[0].get("reason", "") if isinstance(details[0], dict) else ""
    return word if isinstance(word, str) and word.isalnum() else ""
