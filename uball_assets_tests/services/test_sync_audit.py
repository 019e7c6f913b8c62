"""From videos in a store to verdicts: formats mixed, videos broken, offsets wrong; and nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.cross_correlation import RATE_HZ, Samples
from uball_assets.domain.footage.rig import Camera, Rig
from uball_assets.domain.footage.sync import SyncAudit, Verdict
from uball_assets.domain.footage.timeline import Window
from uball_assets.services.sync_audit import audit_sync
from uball_assets_tests.halls import Hall
from uball_assets_tests.videos import SyntheticVideo, make_video

FL, NL, FR, NR = Angle
LENGTH_S = 36.0
OFFSETS_S = {FL: 0.0, NL: 1.5, FR: -0.75, NR: 2.0}
"""File time minus game time, as it truly is: each file begins so long before game time 0 (or after it)."""


@pytest.fixture(scope="module")
def recorded() -> dict[Angle, Samples]:
    """Each camera's sound, on its own file's clock."""
    hall = Hall(seed=11, snr_db=15.0, off_by_s=OFFSETS_S)
    return {angle: heard.samples for angle, heard in hall.heard(0.0, LENGTH_S).items()}


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory, recorded: Mapping[Angle, Samples]) -> FolderStore:
    """Sound only: AAC at three rates and PCM in a MOV."""
    folder = tmp_path_factory.mktemp("videos")
    write_sound(folder / "FAR_LEFT.mp4", recorded[FL], "aac", 48_000)
    write_sound(folder / "FAR_RIGHT.mp4", recorded[FR], "aac", 44_100)
    write_sound(folder / "NEAR_LEFT.mp4", recorded[NL], "aac", RATE_HZ)
    write_sound(folder / "NEAR_RIGHT.mp4", recorded[NR], "pcm_s16le", 48_000)
    (folder / "NEAR_RIGHT.mp4").rename(folder / "NEAR_RIGHT.mov")
    write_sound(folder / "silent.mp4", np.zeros(round(LENGTH_S * RATE_HZ), np.float32), "aac", RATE_HZ)
    make_video(folder / "mute.mp4", SyntheticVideo(duration_s=LENGTH_S, has_audio=False))
    (folder / "page.mp4").write_bytes(b"<html>not found</html>")
    return FolderStore(folder)


def write_sound(path: Path, samples: Samples, codec: str, rate_hz: int) -> None:
    times_s = np.arange(round(len(samples) / RATE_HZ * rate_hz)) / rate_hz
    resampled = np.interp(times_s * RATE_HZ, np.arange(len(samples)), samples).astype(np.float32)
    with av.open(str(path), "w", format="mov" if codec.startswith("pcm") else "mp4") as container:
        stream = container.add_stream(codec, rate=rate_hz)
        assert isinstance(stream, av.AudioStream)
        stream.layout = "mono"
        for begin in range(0, len(resampled), 1024):
            part = np.ascontiguousarray(resampled[None, begin : begin + 1024])
            frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = rate_hz, begin, Fraction(1, rate_hz)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def rig(
    store: FolderStore, offsets_s: Mapping[Angle, float], names: Mapping[Angle, str] | None = None
) -> Rig:
    sizes = {info.name: info.size_bytes for info in store.list("")}
    named = {angle: f"{angle}.mov" if angle is NR else f"{angle}.mp4" for angle in offsets_s} | dict(
        names or {}
    )
    cameras = tuple(
        Camera(
            angle=angle,
            name=named[angle],
            fingerprint="f",
            size_bytes=sizes[named[angle]],
            filmed=Window(0.0, LENGTH_S),
            sync_offset_s=offset_s,
            frame_rate=15.0,
            width_px=160,
            height_px=90,
            codec="h264",
            verdict="sound",
        )
        for angle, offset_s in sorted(offsets_s.items())
    )
    return Rig("g1", cameras, (), "hash")


def verdicts(audit: SyncAudit) -> dict[Angle, Verdict]:
    return {camera.angle: camera.verdict for camera in audit.cameras}


def test_right_offsets_agree_whatever_the_formats(videos: FolderStore) -> None:
    audit = audit_sync(videos, rig(videos, OFFSETS_S))
    assert set(verdicts(audit).values()) == {Verdict.AGREES}
    assert audit.complaints == ()
    assert all(abs(camera.off_by_s or 0.0) < 0.1 for camera in audit.cameras)
    assert (audit.game_id, audit.videos_hash, len(audit.places), len(audit.lags)) == ("g1", "hash", 3, 18)


@pytest.mark.parametrize("wrong", list(Angle))
def test_a_wrong_offset_is_found_measured_and_told(videos: FolderStore, wrong: Angle) -> None:
    stored = {**OFFSETS_S, wrong: OFFSETS_S[wrong] + 4.0}
    audit = audit_sync(videos, rig(videos, stored))
    assert [angle for angle, verdict in verdicts(audit).items() if verdict is Verdict.DISAGREES] == [wrong]
    [camera] = [camera for camera in audit.cameras if camera.angle is wrong]
    assert camera.stored_offset_s == stored[wrong]
    assert camera.measured_offset_s == pytest.approx(OFFSETS_S[wrong], abs=0.1)
    assert f"sync offset of {wrong}" in audit.complaints[0]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("silent.mp4", "its sound is silent"),
        ("mute.mp4", "it has no sound track"),
        ("page.mp4", "cannot be read"),
    ],
)
def test_a_camera_that_cannot_be_heard_says_why_and_the_others_are_judged(
    videos: FolderStore, name: str, why: str
) -> None:
    audit = audit_sync(videos, rig(videos, OFFSETS_S, {FR: name}))
    assert verdicts(audit) == {**dict.fromkeys(Angle, Verdict.AGREES), FR: Verdict.UNKNOWN}
    assert why in next(camera.reason for camera in audit.cameras if camera.angle is FR)
    assert audit.complaints == ()


def test_a_camera_alone_has_nothing_to_be_compared_with(videos: FolderStore) -> None:
    audit = audit_sync(videos, rig(videos, {FL: 0.0}))
    assert verdicts(audit) == {FL: Verdict.UNKNOWN}
    assert "no other camera" in audit.cameras[0].reason


def test_a_rig_without_cameras_is_an_empty_audit(videos: FolderStore) -> None:
    audit = audit_sync(videos, rig(videos, {}))
    assert (audit.cameras, audit.complaints, audit.places) == ((), (), ())


def test_an_offset_beyond_the_search_cannot_be_told_and_accuses_nobody(videos: FolderStore) -> None:
    audit = audit_sync(videos, rig(videos, {**OFFSETS_S, NL: OFFSETS_S[NL] + 8.0}))
    assert audit.search_s < 6.0
    assert verdicts(audit) == {**dict.fromkeys(Angle, Verdict.AGREES), NL: Verdict.UNKNOWN}


def test_a_bucket_gives_what_a_folder_gives_and_is_read_by_ranges(videos: FolderStore) -> None:
    class Bucket(FolderStore):
        def local_path(self, name: str) -> Path | None:  # type: ignore[override]
            del name
            return None

        def read(self, name: str) -> bytes:
            raise AssertionError(f"{name} was read whole")

    wanted = rig(videos, {**OFFSETS_S, NL: 5.0})
    assert audit_sync(Bucket(videos.root), wanted) == audit_sync(videos, wanted)


def test_an_audit_is_the_same_every_time_and_survives_being_stored(
    videos: FolderStore, tmp_path: Path
) -> None:
    store, wanted = FolderStore(tmp_path), rig(videos, {**OFFSETS_S, NL: 5.0})
    audit = audit_sync(videos, wanted)
    documents.save(store, "sync.json", audit)
    assert documents.load(store, "sync.json", SyncAudit) == audit
    assert documents.to_bytes(audit_sync(videos, replace(wanted))) == documents.to_bytes(audit)
