"""The record held against a listing: missing, changed, nobody's; and whose turn it is to be read."""

from __future__ import annotations

from dataclasses import replace

from uball_assets.domain.clipping.reports import CameraClips, Clip
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.operating.store_proof import (
    GameProof,
    Listed,
    Proved,
    compare,
    listing_hash,
    needed,
    repair_entry,
    to_read,
    with_changed,
)

CLIP = Clip(
    "p1", Angle.FAR_LEFT, "games/g1/clips/p1_FAR_LEFT.mp4", "key", 0.0, 0.0, None, 5.0, 125, 900, False
)
CAMERA = CameraClips("g1", Angle.FAR_LEFT, "plays", 1, (CLIP,), ())
WHOLE = [Listed(name, 10, "1") for name in needed("g1")] + [Listed(CLIP.name, 900, "1")]


def without(*names: str) -> list[Listed]:
    return [one for one in WHOLE if one.name not in names]


def test_a_whole_game_is_sound() -> None:
    assert compare("g1", WHOLE, [CAMERA]) == GameProof("g1")
    assert compare("g1", WHOLE, [CAMERA]).is_sound


def test_what_is_missing_is_named_clips_and_documents_alike() -> None:
    proof = compare("g1", without(CLIP.name, "games/g1/plays.json"), [CAMERA])
    assert set(proof.missing) == {CLIP.name, "games/g1/plays.json"}
    assert proof.said == "2 missing in the store"


def test_a_clip_of_another_size_was_changed_and_one_of_nobody_is_only_told() -> None:
    stray = Listed("games/g1/clips/p9_FAR_LEFT.mp4", 5, "1")
    proof = compare("g1", [*without(CLIP.name), Listed(CLIP.name, 901, "2"), stray], [CAMERA])
    assert (proof.changed, proof.orphaned, proof.missing) == ((CLIP.name,), (stray.name,), ())
    assert not proof.is_sound
    assert compare("g1", [*WHOLE, stray], [CAMERA]).is_sound


def test_without_a_cameras_report_none_of_its_clips_is_called_nobodys() -> None:
    report = "games/g1/clips_FAR_LEFT.json"
    proof = compare("g1", without(report), [])
    assert (proof.missing, proof.orphaned) == ((report,), ())


def test_a_listing_is_another_one_when_a_byte_count_a_version_or_the_record_changes() -> None:
    same = listing_hash(reversed(WHOLE), 3)
    assert same == listing_hash(WHOLE, 3)
    others = [
        listing_hash(WHOLE, 4),
        listing_hash(WHOLE[1:], 3),
        listing_hash([replace(WHOLE[0], version="2"), *WHOLE[1:]], 3),
        listing_hash([replace(WHOLE[0], size_bytes=11), *WHOLE[1:]], 3),
    ]
    assert len({same, *others}) == 5


def test_those_read_longest_ago_are_read_first() -> None:
    known = {"g1": Proved("x", 30.0), "g2": Proved("x", 10.0), "g3": Proved("x", 20.0)}
    assert to_read(["g1", "g2", "g3", "g4"], known) == ["g4", "g2", "g3", "g1"]


def test_a_repair_names_a_few_objects_and_is_the_same_while_the_same_is_wrong() -> None:
    proof = GameProof("g1", missing=[f"clip{n}" for n in range(50)], changed=["x"])
    entry = repair_entry(proof)
    assert (entry["missing"], entry["changed"], len(entry["names"]), entry["open"]) == (50, 1, 20, True)
    assert entry["of"] != repair_entry(with_changed(proof, ["y"]))["of"]
    assert with_changed(proof, ["x"]).changed == ("x",)
