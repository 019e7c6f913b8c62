from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uball_assets.domain.angles import Angle
from uball_assets.domain.errors import Permanent
from uball_assets.domain.examples import (
    Answer,
    answer_text,
    example_line,
    parse_answer,
    prompt,
    read_example,
)
from uball_assets.domain.fields import text_in
from uball_assets.domain.labels import LABELS
from uball_assets.domain.plays import Event
from uball_assets_tests.domain.samples import a_play

URI = "gs://training/games/g1/clips/p1_FAR_LEFT.mp4"
TOLD: dict[str, Any] = {
    "timestamp_seconds": 6.5,
    "classification": "4PT_MAKE",
    "note": "Deep shot from the left wing.",
    "player_a": "Player #7 (Gray)",
    "player_b": None,
    "events": [{"label": "4PT_MAKE", "playerA": "Player #7 (Gray)", "playerB": None}],
}
ANSWER = Answer(
    timestamp_clip_s=6.5,
    classification="4PT_MAKE",
    note="Deep shot from the left wing.",
    player_a="Player #7 (Gray)",
    player_b=None,
    events=(Event("4PT_MAKE", "Player #7 (Gray)"),),
    confidence=None,
)


@pytest.mark.parametrize("angle", Angle)
def test_a_prompt_says_its_camera_the_league_the_labels_and_the_clock(angle: Angle) -> None:
    text = prompt(angle)
    assert angle.value in text
    assert not any(other.value in text for other in Angle if other != angle)
    assert angle.play_side.value.lower() in text
    for said in ("UBALL", "4-POINT LINE", "START OF THE CLIP", "JSON array only", *LABELS, *TOLD):
        assert said in text


def test_an_answer_tells_the_fields_in_the_leagues_order() -> None:
    told = json.loads(answer_text(a_play(), 6.5))
    assert told == [TOLD]
    assert list(told[0]) == list(TOLD)
    assert list(told[0]["events"][0]) == ["label", "playerA", "playerB"]


def test_a_line_is_the_tuning_services_format_and_nothing_more() -> None:
    line = example_line(a_play(), Angle.FAR_LEFT, URI, 6.5)
    assert "\n" not in line
    assert json.loads(line) == {
        "contents": [
            {
                "role": "user",
                "parts": [
                    {"fileData": {"fileUri": URI, "mimeType": "video/mp4"}},
                    {"text": prompt(Angle.FAR_LEFT)},
                ],
            },
            {"role": "model", "parts": [{"text": answer_text(a_play(), 6.5)}]},
        ],
        "generationConfig": {"mediaResolution": "MEDIA_RESOLUTION_LOW"},
    }


def test_the_answer_counts_from_the_clips_start_and_never_holds_game_time() -> None:
    play = a_play(timestamp_game_s=106.5)
    assert "106.5" not in example_line(play, Angle.FAR_LEFT, URI, 6.5)


@given(note=st.text(), player=st.none() | st.text(min_size=1), timestamp_s=st.none() | st.floats(0, 10))
def test_whatever_people_write_a_line_stays_one_line_and_reads_back(
    note: str, player: str | None, timestamp_s: float | None
) -> None:
    play = a_play(note=note, player_a=player)
    line = example_line(play, Angle.NEAR_RIGHT, URI, timestamp_s)
    assert len(line.splitlines()) == 1
    example = read_example(line)
    assert (example.clip_uri, example.prompt) == (URI, prompt(Angle.NEAR_RIGHT))
    (answer,), losses = parse_answer(example.answer, 10.0, "here")
    assert (answer.timestamp_clip_s, answer.note) == (timestamp_s, text_in(note) or "")
    assert losses == []


def spoil(*path: str | int) -> str:
    """A sound line with the part at `path` taken away."""
    line = json.loads(example_line(a_play(), Angle.FAR_LEFT, URI, 6.5))
    part = line
    for step in path[:-1]:
        part = part[step]
    del part[path[-1]]
    return json.dumps(line)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("", "not JSON"),
        ('{"contents": [', "not JSON"),
        ("[]", "generationConfig.mediaResolution is not"),
        ("7", "generationConfig.mediaResolution is not"),
        (spoil("generationConfig"), "generationConfig.mediaResolution is not"),
        (spoil("contents", 0, "role"), "contents.0.role is not 'user'"),
        (spoil("contents", 1), "contents.1.role is not 'model'"),
        (spoil("contents", 0, "parts", 0, "fileData", "mimeType"), "mimeType is not 'video/mp4'"),
        (spoil("contents", 0, "parts", 0, "fileData", "fileUri"), "fileUri is not a text"),
        (spoil("contents", 0, "parts", 1), "contents.0.parts.1.text is not a text"),
        (spoil("contents", 1, "parts", 0, "text"), "contents.1.parts.0.text is not a text"),
    ],
)
def test_a_damaged_line_is_refused_naming_what_is_wrong(line: str, wrong: str) -> None:
    with pytest.raises(Permanent) as refused:
        read_example(line)
    assert wrong in str(refused.value)


WHOLE = json.dumps(TOLD)


@pytest.mark.parametrize(
    ("text", "answer_count", "reasons"),
    [
        (f"[{WHOLE}]", 1, []),
        (WHOLE, 1, []),
        (f'{{"plays": [{WHOLE}, {WHOLE}]}}', 2, []),
        (f"```json\n[{WHOLE}]\n```", 1, []),
        (f"Here is what I saw [in order]:\n[{WHOLE}]\nI hope that it helps.", 1, []),
        (json.dumps([TOLD], indent=2), 1, []),
        (f"[{WHOLE}, {WHOLE[:60]}", 1, ["breaks off"]),
        (f"[{WHOLE}, {WHOLE}", 2, []),
        (f"[{WHOLE}, {WHOLE[:-20]}", 1, ["breaks off"]),
        (f"[{WHOLE}, {json.dumps(TOLD | {'classification': 'DUNK'})}, {WHOLE}]", 2, ["'DUNK'"]),
        (f"[{{'classification': 4}}, {WHOLE}]", 1, ["is not JSON"]),
        (f'{{"plays": [7, {WHOLE}]}}', 1, ["is not an object: 7"]),
        (json.dumps([TOLD | {"timestamp_seconds": 2848.5}]), 0, ["2848.5 lies outside 0.0 to 10.0 s"]),
        (json.dumps([TOLD | {"timestamp_seconds": -1}]), 0, ["-1.0 lies outside 0.0 to 10.0 s"]),
        (json.dumps([TOLD | {"timestamp_seconds": "soon"}]), 0, ["is 'soon'"]),
        ('[{"classification": "FG_MAKE", "timestamp_seconds": NaN, "player_a": "N/A"}]', 1, []),
        (json.dumps([TOLD | {"events": [{"label": "DUNK"}]}]), 0, ["event 1 label 'DUNK'"]),
        (json.dumps([TOLD | {"classification": "X", "timestamp_seconds": 11}]), 0, ["'X'", "11.0"]),
        ("{}", 0, ["classification None"]),
        ("", 0, ["holds no play: ''"]),
        ("[]", 0, ["holds no play: '[]'"]),
        ("I cannot see a play.", 0, ["holds no play"]),
        ('{"a":' * 50_000 + "1" + "}" * 50_000, 0, ["is not JSON"]),
        (json.dumps([TOLD | {"note": 'He said "4 {" and left'}]), 1, []),
    ],
    ids=[
        "array",
        "object",
        "wrapped",
        "fenced",
        "words around",
        "indented",
        "truncated",
        "unclosed array",
        "truncated in its events",
        "one bad label",
        "one not JSON",
        "one not an object",
        "game time",
        "before the clip",
        "timestamp as a word",
        "words for nothing",
        "bad label in events",
        "two faults",
        "empty object",
        "nothing",
        "empty array",
        "prose",
        "nested too deep",
        "brace in a note",
    ],
)
def test_what_is_sound_of_an_answer_is_kept_and_the_rest_is_lost_with_a_reason(
    text: str, answer_count: int, reasons: list[str]
) -> None:
    answers, losses = parse_answer(text, 10.0, "p1_FAR_LEFT")
    assert len(answers) == answer_count
    assert len(losses) == len(reasons)
    for loss, reason in zip(losses, reasons, strict=True):
        assert reason in loss.why
        assert loss.where == "p1_FAR_LEFT"


def test_a_perfect_answer_reads_as_the_play_it_tells() -> None:
    assert parse_answer(answer_text(a_play(), 6.5), 10.0, "here") == ([ANSWER], [])


def test_an_alias_in_an_answer_is_resolved() -> None:
    (answer,), _ = parse_answer('[{"classification": "tov", "events": [{"label": "REB"}]}]', 10.0, "here")
    assert (answer.classification, answer.events) == ("TURNOVER", (Event("REBOUND"),))
    assert (answer.timestamp_clip_s, answer.note, answer.player_a) == (None, "", None)


@pytest.mark.parametrize(
    ("stated", "confidence"), [(0.8, 0.8), (1, 1.0), (0, 0.0), (80, None), ("high", None), (None, None)]
)
def test_a_confidence_is_a_share_or_unknown(stated: object, confidence: float | None) -> None:
    (answer,), losses = parse_answer(json.dumps([TOLD | {"confidence": stated}]), 10.0, "here")
    assert answer.confidence == confidence
    assert losses == []


@given(st.text(alphabet='[]{}":,\\ a1'))
def test_no_text_however_broken_raises_or_vanishes(text: str) -> None:
    answers, losses = parse_answer(text, 10.0, "here")
    assert answers or losses
