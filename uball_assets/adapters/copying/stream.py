"""A video from its source into GCS: read once, sent as it comes, never on a disc, never whole in memory.

    source ── 1 MiB ──► checksums ──► resumable upload, in pieces of 256 MiB; after each the cursor is kept
                                       └─ the last MiB with the checksums of all: the service refuses a
                                          damaged copy, which is never visible

Whatever breaks, the service is asked how far it is, and the copy goes on from there: the source is read from
the last kept checksum on, and what has arrived already is only added to the checksum. A killed copy that runs
again does the same with the kept cursor.

Belongs here: the order of these steps. Not here: the protocol (`resumable_upload`), the proof (`proof`).
"""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from uball_assets.adapters.copying.cursor import Cursor, CursorShelf
from uball_assets.adapters.copying.job import Copied, Job, OnBytes
from uball_assets.adapters.copying.proof import Arrived, Checks
from uball_assets.adapters.copying.resumable_upload import (
    QUANTUM_BYTES,
    ArrivedDamaged,
    Body,
    Progress,
    ResumableUpload,
    UploadLost,
)
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.gcs_store import GcsStore
from uball_assets.adapters.stores.object_store import AlreadyExists
from uball_assets.domain.errors import Transient
from uball_assets.domain.footage.migration import KEPT_AS, KEPT_FROM, KEPT_PROOF

PIECE_BYTES = 256 * 1024 * 1024
"""One request: a commit of some 50 ms each adds 2 % at 100 MB/s, and so much is read again at most after a
kill. A smaller video has no cursor and is copied again from its start."""
FINAL_BYTES = 1024 * 1024
WAITS_S = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Between tries that did not get any further."""
FRESH_STARTS = 2
"""Uploads begun anew, because one was lost or its bytes arrived damaged, before it is an error."""


@dataclass(frozen=True)
class StreamCopier:
    """Safe to use from many threads, each with its own video."""

    video_store: GcsStore
    http: Any
    """Of `resumable_upload.open_http`."""
    piece_bytes: int = PIECE_BYTES
    waits_s: tuple[float, ...] = WAITS_S

    def copy(self, job: Job, on_bytes: OnBytes) -> Copied:
        """Raises AlreadyExists where another writer was first; Transient, Permanent."""
        for _ in range(FRESH_STARTS + 1):
            copy = _Copy(self, job, on_bytes)
            try:
                return copy.run()
            except (UploadLost, AlreadyExists) as error:
                if (whole := copy.whole()) is not None:
                    return copy.proved(whole)
                copy.forget()
                if isinstance(error, AlreadyExists):
                    raise
            except ArrivedDamaged:
                copy.forget()
                copy.cancel()
        source = job.source
        raise Transient(
            f"{source.uri} arrives damaged, or its upload is lost again and again; try again later"
        )


class _Copy:
    """One video on one upload."""

    def __init__(self, copier: StreamCopier, job: Job, on_bytes: OnBytes) -> None:
        source, target = job.source, job.target
        self._copier, self._source, self._target, self._on_bytes = copier, source, target, on_bytes
        self._uri = copier.video_store.uri(target)
        self._shelf = CursorShelf(copier.video_store, source.uri, self._uri)
        self._has_cursor = source.size_bytes > copier.piece_bytes
        self._state = self._fresh_checks().saved()
        """Of bytes that surely arrived."""
        self._kept = {**source.metadata, KEPT_FROM: source.fingerprint}
        self._version = job.version
        self._upload: ResumableUpload | None = None

    def run(self) -> Copied:
        upload, is_fresh = self._opened()
        self._upload = upload
        fruitless = 0
        while True:
            before = self._state
            try:
                progress = Progress(0) if is_fresh else upload.progress()
                is_fresh = False
                return self._go_on(upload, progress)
            except Transient:
                fruitless = 0 if self._state != before else fruitless + 1
                if fruitless > len(self._copier.waits_s):
                    raise
                time.sleep(self._copier.waits_s[max(0, fruitless - 1)])

    def whole(self) -> Progress | None:
        """The target, if it is this copy that arrived whole, though nobody proved it or heard of it."""
        found = (info for info in self._copier.video_store.list(self._target) if info.name == self._target)
        info = next(found, None)
        if info is None or dict(info.metadata) != self._kept or info.size_bytes != self._source.size_bytes:
            return None
        md5 = self._copier.video_store.md5(info)
        return Progress(info.size_bytes, info, Arrived(info.size_bytes, info.checksum, md5))

    def proved(self, whole: Progress) -> Copied:
        """The source is read on from the last kept checksum, and nothing is sent. Raises Transient."""
        try:
            return self._go_on(None, whole)
        except ArrivedDamaged:
            raise Transient(f"{self._uri} had arrived damaged and was removed; try again") from None

    def cancel(self) -> None:
        if self._upload is not None:
            self._upload.cancel()

    def forget(self) -> None:
        if self._has_cursor:
            self._shelf.clear()

    def _opened(self) -> tuple[ResumableUpload, bool]:
        """The upload of a killed copy, or a new one; and whether it is new."""
        source, video_store = self._source, self._copier.video_store
        kept = self._shelf.load(source.fingerprint) if self._has_cursor else None
        if kept is not None:
            self._state, address = kept.state, kept.upload_address
        else:
            address = video_store.begin_upload(
                self._target, source.size_bytes, self._kept, self._version, source.content_type
            )
        upload = ResumableUpload(address, self._uri, self._target, source.size_bytes, self._copier.http)
        if kept is None:
            self._save(upload, self._state)
        return upload, kept is None

    def _go_on(self, upload: ResumableUpload | None, progress: Progress) -> Copied:
        checks = self._restored(progress.received_bytes)
        blocks = self._source.blocks(checks.offset)
        try:
            feed = _Feed(blocks, checks, self._on_bytes)
            for _ in feed.take(progress.received_bytes - checks.offset):
                pass  # it has arrived already
            if progress.arrived is None and upload is not None:
                progress = self._send_rest(upload, feed, checks)
        finally:
            blocks.close()  # type: ignore[attr-defined]
        return self._proved(checks, progress)

    def _send_rest(self, upload: ResumableUpload, feed: _Feed, checks: Checks) -> Progress:
        size_bytes = self._source.size_bytes
        last = max(0, -(-(size_bytes - FINAL_BYTES) // QUANTUM_BYTES) * QUANTUM_BYTES)
        while checks.offset < last:
            begin, end = checks.offset, min(checks.offset + self._copier.piece_bytes, last)
            progress = upload.send(Body(feed.take(end - begin), end - begin), begin)
            if progress.received_bytes != end:
                raise Transient(f"{self._uri} took a part of what was sent; try again")
            self._save(upload, checks.saved())
        begin = checks.offset
        final = b"".join(feed.take(size_bytes - begin))
        if not checks.is_source():
            raise ArrivedDamaged
        return upload.send(final, begin, _hashes(checks))

    def _proved(self, checks: Checks, progress: Progress) -> Copied:
        """Told by the object itself from now on: what it was made from, and that it is that."""
        info, arrived = progress.info, progress.arrived
        if info is None or arrived is None:
            raise Transient(f"{self._uri} is not whole although all was sent; try again")
        proof = checks.proof(arrived)
        if not proof:
            self._copier.video_store.delete(self._target, info.version)
            raise ArrivedDamaged
        kept = self._kept | {KEPT_AS: self._copier.video_store.fingerprint(info), KEPT_PROOF: proof}
        self._copier.video_store.keep(info, kept)
        self.forget()
        return Copied(replace(info, metadata=kept), proof)

    def _restored(self, received_bytes: int) -> Checks:
        checks = self._fresh_checks()
        try:
            checks.restore(self._state)
        except (KeyError, TypeError, ValueError):
            return self._fresh_checks()
        return checks if checks.offset <= received_bytes else self._fresh_checks()

    def _fresh_checks(self) -> Checks:
        return Checks(self._source.witness, self._source.size_bytes)

    def _save(self, upload: ResumableUpload, state: dict[str, Any]) -> None:
        self._state = state
        if self._has_cursor:
            self._shelf.save(Cursor(upload.address, self._source.fingerprint, state))


def copy_into_folder(video_store: FolderStore, job: Job, on_bytes: OnBytes) -> Copied:
    """From its start, whatever was there of it; visible once it is whole. Transient, Permanent."""
    checks = Checks(job.source.witness, job.source.size_bytes, arrives_with_md5=False)

    def checked() -> Iterator[bytes]:
        yield from _Feed(job.source.blocks(0), checks, on_bytes).take(job.source.size_bytes)
        if not checks.is_source():
            raise Transient(f"{job.source.uri} arrives damaged; try again")

    kept = {**job.source.metadata, KEPT_FROM: job.source.fingerprint}
    video_store.write_blocks(job.target, checked(), kept)
    info = next(info for info in video_store.list(job.target) if info.name == job.target)
    proof = checks.proof(Arrived(info.size_bytes, checks.crc32c))
    kept |= {KEPT_AS: video_store.fingerprint(info), KEPT_PROOF: proof}
    video_store.keep(info, kept)
    return Copied(replace(info, metadata=kept), proof)


class _Feed:
    """The source's bytes in the lengths that requests have, checked as they pass."""

    def __init__(self, blocks: Iterator[bytes], checks: Checks, on_bytes: OnBytes) -> None:
        self._blocks, self._checks, self._on_bytes = blocks, checks, on_bytes
        self._rest = b""

    def take(self, size_bytes: int) -> Iterator[bytes]:
        while size_bytes > 0:
            block = self._rest or next(self._blocks, b"")
            if not block:
                raise Transient("the source ended too early; try again")
            piece, self._rest = block[:size_bytes], block[size_bytes:]
            self._checks.update(piece)
            self._on_bytes(len(piece))
            size_bytes -= len(piece)
            yield piece


def _hashes(checks: Checks) -> str:
    """As `x-goog-hash` has them; the source's own MD5 where it has one, so that the service compares both."""
    md5 = checks.witness.md5
    return f"crc32c={checks.crc32c}" + (
        f",md5={base64.b64encode(bytes.fromhex(md5)).decode()}" if md5 else ""
    )
