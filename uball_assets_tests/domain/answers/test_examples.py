from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uball_assets.domain.answers.answers import parse_answer
from uball_assets.domain.answers.examples import (
    EARLIER_PROMPT_HASH,
    NO_PLAY,
    PROMPT_HASH,
    answer_text,
    example_line,
    prompt,
    read_example,
    trained_prompt,
)
from uball_assets.domain.errors import Permanent
from uball_assets.domain.fields import text_in
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.teams import Teams
from uball_assets.domain.plays.labels import LABELS
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


def test_a_clip_without_a_play_has_a_line_like_any_other_and_the_answer_that_says_so() -> None:
    example = read_example(example_line(None, Angle.FAR_LEFT, URI, None))
    assert (example.prompt, example.answer) == (prompt(Angle.FAR_LEFT), NO_PLAY)
    assert parse_answer(example.answer, 10.0, "here").saw_no_play


TEAMS = Teams(("Granite", "Harbor"), ("Gray", "Blue"))


@pytest.mark.parametrize(
    ("prompt_hash", "may_be_empty", "teams"),
    [
        (PROMPT_HASH, True, TEAMS),
        (EARLIER_PROMPT_HASH, False, TEAMS),
        ("of before prompts named teams", False, None),
    ],
)
def test_a_model_is_asked_what_it_was_trained_to_answer(
    prompt_hash: str, may_be_empty: bool, teams: Teams | None
) -> None:
    asked = trained_prompt(prompt_hash, Angle.FAR_LEFT, TEAMS)
    assert asked == prompt(Angle.FAR_LEFT, teams, may_be_empty=may_be_empty)
    assert ("[] if it shows no play" in asked) is may_be_empty


def test_the_prompt_of_before_clips_showed_no_play_is_still_known_by_its_hash() -> None:
    assert EARLIER_PROMPT_HASH == "3d0489bb4d5e072e84b0c27d9a9c2dc0"


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
    reading = parse_answer(example.answer, 10.0, "here")
    assert reading.quarantined == ()
    [answer] = reading.answers
    assert (answer.timestamp_clip_s, answer.note) == (timestamp_s, text_in(note) or "")


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
