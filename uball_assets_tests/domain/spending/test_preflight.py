"""Every documented limit of a tuning job: at it a line passes, beyond it is a fault that names the lines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from uball_assets.domain.answers.examples import example_line, play_of
from uball_assets.domain.errors import Quarantined
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.spending.base_models import HERE, BaseModel, base_model
from uball_assets.domain.spending.preflight import (
    TuningLine,
    TuningRequest,
    line_tokens,
    named,
    preflight,
    tuning_line,
)
from uball_assets_tests.domain.samples import a_play

TODAY = date(2026, 11, 23)
FLASH, LITE, PRO, LOCAL = map(
    base_model, ("gemini-3.5-flash", "gemini-3.1-flash-lite", "gemini-2.5-pro", "local-mlp-1")
)
ASKED = TuningRequest(
    "basketball-model-v1-1games", "us-central1", 1, {"adapter_size": "4"}, {"fingerprint": "0a1b"}
)
HERE_ASKED = TuningRequest("basketball-model-v1-1games", HERE, 1)


def line(number: int, file: str = "train", /, **known: Any) -> TuningLine:
    told = TuningLine(
        where=f"gs://b/{file}.jsonl line {number}",
        clip_uri=f"gs://b/games/g1/clips/{file}{number}_FAR_LEFT.mp4",
        size_bytes=1_000_000,
        duration_s=10.0,
        text_tokens=300,
        media_resolution="low",
        line_bytes=1_000,
    )
    return replace(told, **known)


def lines(count: int, file: str = "train", /, **known: Any) -> list[TuningLine]:
    return [line(number, file, **known) for number in range(1, count + 1)]


TRAIN, VALIDATION = lines(20), lines(4, "validation")


def faults(
    train: Sequence[TuningLine] = TRAIN,
    validation: Sequence[TuningLine] = VALIDATION,
    asked: TuningRequest = ASKED,
) -> tuple[Quarantined, ...]:
    return preflight(train, validation, FLASH, asked, TODAY)


def the_fault(*found: Quarantined) -> Quarantined:
    assert len(found) == 1, found
    assert all(found[0].as_row().values())
    return found[0]


def test_a_sound_training_has_no_fault() -> None:
    assert faults() == ()


@pytest.mark.parametrize(
    "known",
    [
        {"size_bytes": 100_000_000},
        {"duration_s": 1_200.0},
        {"text_tokens": 131_072 - 700},
        {"line_bytes": 50_000_000},
    ],
    ids=lambda known: next(iter(known)),
)
def test_a_line_at_the_limit_passes(known: dict[str, Any]) -> None:
    assert faults([line(n, **known) for n in range(1, 21)]) == ()


@pytest.mark.parametrize(
    ("known", "what", "why"),
    [
        (
            {"fault": "it is not JSON; write the game's examples again"},
            "line that is no example",
            "it is not JSON",
        ),
        ({"size_bytes": None}, "clip that is not there", "train7_FAR_LEFT.mp4 is missing"),
        ({"size_bytes": 100_000_001}, "clip too large", "100,000,001 bytes; the service takes 100,000,000"),
        ({"duration_s": None}, "clip that cannot be read", "train7_FAR_LEFT.mp4 tells no duration"),
        ({"duration_s": 1_200.1}, "clip too long", "lasts 1200.1 s; 1200 s are taken at low"),
        ({"media_resolution": "high"}, "media resolution", "high instead of low"),
        (
            {"clip_uri": "gs://b/games/g1/clips/validation2_NEAR_RIGHT.mp4"},
            "play on both sides",
            "play validation2",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_a_line_beyond_a_limit_is_named(known: dict[str, Any], what: str, why: str) -> None:
    train = [replace(each, **known) if each.where.endswith(" 7") else each for each in TRAIN]
    fault = the_fault(*faults(train))
    assert fault.what == f"{what} (1 line)"
    assert why in fault.why
    where = "gs://b/validation.jsonl line 2" if what == "play on both sides" else "gs://b/train.jsonl line 7"
    assert fault.where == where


@pytest.mark.parametrize("resolution", ["medium", "high"])
def test_above_low_resolution_a_clip_may_last_five_minutes(resolution: str) -> None:
    def asked_of(duration_s: float) -> tuple[Quarantined, ...]:
        known = {"media_resolution": resolution, "duration_s": duration_s}
        return faults(lines(20, **known), lines(4, "validation", **known))

    assert asked_of(300.0) == ()
    assert "300 s are taken at" in the_fault(*asked_of(300.1)).why


def test_validation_lines_are_held_to_the_same_limits_and_the_same_resolution() -> None:
    assert the_fault(*faults(validation=lines(4, "validation", size_bytes=None))).what.startswith("clip that")
    fault = the_fault(*faults(validation=lines(4, "validation", media_resolution="MEDIA_RESOLUTION_MEDIUM")))
    assert (fault.what, fault.where) == (
        "media resolution (4 lines)",
        "gs://b/validation.jsonl line 1, 2, 3, 4",
    )


def test_one_media_resolution_in_two_spellings_is_one() -> None:
    assert faults(lines(20, media_resolution="MEDIA_RESOLUTION_LOW")) == ()


def test_a_broken_line_is_told_once_and_nothing_else_is_said_of_it() -> None:
    broken = TuningLine("gs://b/train.jsonl line 21", "", None, None, 0, "", fault="broken")
    assert the_fault(*faults([*TRAIN, broken])).what == "line that is no example (1 line)"


@pytest.mark.parametrize(("dropped", "fails"), [(2, False), (3, True)], ids=["a tenth", "more"])
def test_examples_too_long_fail_the_job_above_a_tenth(dropped: int, fails: bool) -> None:
    too_long = {"text_tokens": 131_072 - 700 + 1}
    found = faults([*lines(dropped, **too_long), *TRAIN[dropped:]])
    if fails:
        assert the_fault(*found).why.startswith(
            "15.0% of the lines have over 131,072 tokens (the first 131,073)"
        )
        assert the_fault(*found).where == "gs://b/train.jsonl line 1, 2, 3"
    else:
        assert found == ()


MANY = line(1)


@pytest.mark.parametrize(
    ("train_count", "validation_count", "said"),
    [
        (300_000, 5_000, None),
        (300_001, 4, "300,001 lines; the service takes 300,000"),
        (20_000, 5_001, "5,001 lines; the service takes 5,000"),
        (20, 1_000, None),
        (20, 1_001, "1,001 lines; the service takes 1,000"),
        (4_000, 1_200, None),
        (4_000, 1_201, "1,201 lines; the service takes 1,200"),
        (0, 4, "it has no line"),
    ],
)
def test_a_set_has_so_many_lines_at_most(train_count: int, validation_count: int, said: str | None) -> None:
    small = replace(MANY, line_bytes=100)
    other = replace(small, clip_uri="gs://b/games/g1/clips/other_FAR_LEFT.mp4", where="v.jsonl line 1")
    found = faults([small] * train_count, [other] * validation_count)
    if said is None:
        assert found == ()
    else:
        assert said in the_fault(*found).why


def test_a_file_of_a_gigabyte_is_taken_and_no_more() -> None:
    assert faults(lines(20, line_bytes=50_000_000)) == ()
    fault = the_fault(*faults(lines(20, line_bytes=50_000_001)))
    assert (fault.where, fault.why) == (
        "gs://b/train.jsonl",
        "1,000,000,020 bytes; the service takes 1,000,000,000",
    )
    assert (
        the_fault(*faults(validation=lines(4, "validation", line_bytes=300_000_000))).what
        == "validation data"
    )


@pytest.mark.parametrize(
    ("change", "what", "why"),
    [
        ({"location": "us-east1"}, "location us-east1", "gemini-3.5-flash is not tuned there"),
        ({"epochs": None}, "epochs", "none given: the service would choose"),
        ({"epochs": 0}, "epochs", "none given"),
        ({"model_name": "m" * 129}, "display name", "129 letters; 1 to 128"),
        ({"model_name": ""}, "display name", "0 letters"),
        ({"options": {"adapter_size": "32"}}, "adapter size", "32: gemini-3.5-flash has 1, 2, 4, 8, 16"),
        ({"options": {}}, "adapter size", "none: gemini-3.5-flash has"),
        (
            {"options": {"adapter_size": "4", "learning_rate_multiplier": "-1"}},
            "learning rate multiplier",
            "'-1' is no number above 0",
        ),
        ({"labels": {"Run": "a"}}, "label", "Run=a"),
        ({"labels": {"run": "a" * 65}}, "label", "64 at most"),
        ({"labels": {"run": "a b"}}, "label", "run=a b"),
        ({"labels": {"": "a"}}, "label", "=a"),
    ],
)
def test_what_a_training_is_told_is_looked_at_too(change: dict[str, Any], what: str, why: str) -> None:
    fault = the_fault(*faults(asked=replace(ASKED, **change)))
    assert fault.what == what
    assert why in fault.why


@pytest.mark.parametrize(
    "change",
    [
        {"location": "europe-west4"},
        {"model_name": "m" * 128},
        {"labels": {"run": "a" * 64, "of": ""}},
        {"options": {"adapter_size": "16", "learning_rate_multiplier": "0.5", "checkpoints": "all"}},
        {"options": {"adapter_size": "1", "learning_rate_multiplier": ""}},
    ],
)
def test_what_a_training_may_be_told_passes(change: dict[str, Any]) -> None:
    assert faults(asked=replace(ASKED, **change)) == ()


def test_gemini_2_5_pro_has_no_adapter_of_sixteen() -> None:
    sixteen = replace(ASKED, options={"adapter_size": "16"})
    assert "has 1, 2, 4, 8" in the_fault(*preflight(TRAIN, VALIDATION, PRO, sixteen, TODAY)).why


@pytest.mark.parametrize(("today", "is_gone"), [(date(2027, 5, 6), False), (date(2027, 5, 7), True)])
def test_a_retired_base_is_refused_from_its_day_on(today: date, is_gone: bool) -> None:
    found = preflight(TRAIN, VALIDATION, LITE, ASKED, today)
    assert [fault.why for fault in found] == ["retired on 2027-05-07"] * is_gone


def test_on_this_machine_no_limit_of_a_service_holds() -> None:
    known = {"size_bytes": 200_000_000, "duration_s": None, "text_tokens": 200_000}
    train = [*lines(10, **known), *lines(10, media_resolution="high")]
    assert preflight(train, VALIDATION, LOCAL, HERE_ASKED, TODAY) == ()


@pytest.mark.parametrize(("missing", "fails"), [(2, False), (3, True)])
def test_on_this_machine_a_tenth_of_the_lines_may_be_unusable(missing: int, fails: bool) -> None:
    train = [*lines(missing, size_bytes=None), *TRAIN[missing:]]
    found = preflight(train, lines(5, "validation"), LOCAL, HERE_ASKED, TODAY)
    assert [fault.what for fault in found] == [f"clip that is not there ({missing} lines)"] * fails


def test_the_local_base_is_not_tuned_in_the_cloud() -> None:
    found = preflight(TRAIN, VALIDATION, LOCAL, replace(ASKED, location="us-central1"), TODAY)
    assert the_fault(*found).what == "location us-central1"


def test_a_few_lines_are_named_and_of_many_the_first_with_how_many_more() -> None:
    assert named(TRAIN[:2]) == "gs://b/train.jsonl line 1, 2"
    assert named([*TRAIN[:1], *VALIDATION[:1]]) == "gs://b/train.jsonl line 1; gs://b/validation.jsonl line 1"
    assert named(TRAIN) == "gs://b/train.jsonl line 1, 2, 3, 4, 5, and 15 more"
    assert named([line(1, where="somewhere")]) == "somewhere"


@pytest.mark.parametrize("angle", list(Angle))
def test_a_play_s_clips_are_one_play_whichever_camera_filmed_them(angle: Angle) -> None:
    assert play_of(f"gs://b/games/g1/clips/p_1_{angle}.mp4") == "gs://b/games/g1/clips/p_1"


TEXT = example_line(a_play(), Angle.FAR_LEFT, "gs://b/c_FAR_LEFT.mp4", 2.5, "medium")


def test_a_line_of_jsonl_is_read_with_its_clip_its_resolution_and_its_tokens() -> None:
    read = tuning_line("t.jsonl line 1", TEXT)
    assert (read.clip_uri, read.media_resolution, read.fault) == ("gs://b/c_FAR_LEFT.mp4", "medium", "")
    assert (read.size_bytes, read.duration_s) == (None, None)
    assert read.line_bytes == len(TEXT.encode()) + 1
    assert 150 < read.text_tokens < len(TEXT) / 4


def changed(*path: str | int, value: object) -> str:
    data = json.loads(TEXT)
    at = data
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return json.dumps(data)


VIDEO = json.loads(TEXT)["contents"][0]["parts"][0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[]", "mediaResolution is not one of"),
        (changed("contents", value=[]), "contents.0.role is not 'user'"),
        (changed("contents", 0, "parts", 0, value={"text": "no video"}), "mimeType is not 'video/mp4'"),
        (changed("contents", 1, "parts", value=[{"text": "x"}, VIDEO]), "it has 2 videos, one is allowed"),
        (changed("generationConfig", value={}), "mediaResolution is not one of"),
        (changed("contents", 0, "parts", 0, "fileData", "mimeType", value="video/x-flv"), "mimeType is not"),
        ("\udcff", "not JSON"),
    ],
)
def test_a_line_that_is_no_example_says_why_and_never_raises(text: str, said: str) -> None:
    read = tuning_line("t.jsonl line 1", text)
    assert said in read.fault
    assert not read.is_usable


@pytest.mark.parametrize(
    ("base", "resolution", "duration_s", "tokens"),
    [
        (FLASH, "low", 10.0, 300 + 700),
        (FLASH, "medium", 10.0, 300 + 700),
        (FLASH, "high", 10.0, 300 + 2_800),
        (FLASH, "low", 10.1, 300 + 770),
        (FLASH, "low", 0.2, 300 + 70),
        (PRO, "low", 10.0, 300 + 640),
        (PRO, "medium", 10.0, 300 + 2_560),
        (PRO, "high", 10.0, 300 + 2_560),
        (LOCAL, "low", 10.0, 0),
    ],
)
def test_a_line_bills_its_text_and_a_frame_a_second(
    base: Any, resolution: str, duration_s: float, tokens: int
) -> None:
    assert line_tokens(line(1, media_resolution=resolution, duration_s=duration_s), base) == tokens


@pytest.mark.parametrize(
    ("taught", "asked", "is_told"),
    [
        ({"key", "bytes"}, {"other key", "bytes"}, True),
        ({"key"}, {"key", "bytes"}, True),
        ({"key", "bytes"}, {"other key", "other bytes"}, False),
        (set(), set(), False),
    ],
    ids=["bytes", "key alone", "neither", "unknown"],
)
@pytest.mark.parametrize(("base", "asks"), [(FLASH, ASKED), (LOCAL, HERE_ASKED)], ids=["cloud", "local"])
def test_a_play_under_two_names_is_told_by_its_clip(
    base: BaseModel, asks: TuningRequest, taught: set[str], asked: set[str], *, is_told: bool
) -> None:
    train = [line(1, clip_marks=frozenset(taught)), *lines(20)[1:]]
    validation = [line(1, "validation"), line(2, "validation", clip_marks=frozenset(asked))]
    found = preflight(train, validation, base, asks, TODAY)
    if not is_told:
        assert found == ()
        return
    fault = the_fault(*found)
    assert fault.where == "gs://b/validation.jsonl line 2"
    assert fault.why == "play validation2, as train1, is learned from too: its score would be a lie"
