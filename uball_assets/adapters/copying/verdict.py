"""What became of videos that another program copied: nothing it says is believed, both services are asked.

Belongs here: the proof after the fact. Not here: the programs (`rclone`, `transfer_service`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from uball_assets.adapters.copying.job import Copied, Job, Outcome
from uball_assets.adapters.copying.proof import Arrived, Witness, same_content
from uball_assets.adapters.stores.gcs_store import GcsStore
from uball_assets.adapters.stores.object_store import ObjectInfo
from uball_assets.domain.errors import Transient, UballError
from uball_assets.domain.footage.migration import KEPT_AS, KEPT_FROM, KEPT_PROOF


def verdicts(video_store: GcsStore, jobs: Sequence[Job], why_not: str) -> Mapping[str, Outcome]:
    """An outcome for each job; `why_not` is what the program said in the end, '' for success."""
    return {job.target: _verdict(video_store, job, why_not) for job in jobs}


def _verdict(video_store: GcsStore, job: Job, why_not: str) -> Outcome:
    try:
        there = next((info for info in video_store.list(job.target) if info.name == job.target), None)
        if there is None or there.version == job.version or there.size_bytes != job.source.size_bytes:
            why = why_not or "the program said that it copied it, but it is not there; run it again"
            return Transient(f"{video_store.uri(job.target)}: {why}")
        proof = _proof(video_store, job, there)
        if not proof:
            video_store.delete(job.target, there.version)
            return Transient(f"{video_store.uri(job.target)} arrived damaged and was removed; run it again")
        source = job.source
        kept = {KEPT_FROM: source.fingerprint, KEPT_AS: video_store.fingerprint(there), KEPT_PROOF: proof}
        kept = {**source.metadata, **kept}
        video_store.keep(there, kept, source.content_type)
        return Copied(replace(there, metadata=kept), proof)
    except UballError as error:
        return error


def _proof(video_store: GcsStore, job: Job, there: ObjectInfo) -> str:
    """`size` where the services keep no checksum of the same kind; '' where they keep two that differ."""
    witness = job.source.witness
    md5 = video_store.md5(there) if witness.md5 else ""
    arrived = Arrived(there.size_bytes, there.checksum, md5)
    return same_content(witness, job.source.size_bytes, arrived) or (
        "" if _can_tell(witness, md5) else "size"
    )


def _can_tell(witness: Witness, md5: str) -> bool:
    return bool(witness.crc32c or (witness.md5 and md5))
