from __future__ import annotations

import json
from typing import Any

import pytest

from uball_assets.adapters.models.endpoint import Question, Reply
from uball_assets.adapters.models.vertex.answer_schema import ANSWER_SCHEMA
from uball_assets.adapters.models.vertex.question_form import clip_in, request_of, said_in
from uball_assets.domain.answers.examples import answer_text, example_line, prompt
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.footage.teams import Teams
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.labels import LABELS
from uball_assets.domain.plays.plays import Event, Play
from uball_assets.domain.spending.base_models import BASE_MODELS


@pytest.mark.parametrize("teams", [None, Teams(("Granite", "Harbor"), ("Gray", "Blue"))])
def test_a_model_is_asked_exactly_what_it_was_trained_on(teams: Teams | None) -> None:
    play = Play("p", "g", Side.LEFT, Window(0, 2), 1.0, "STEAL", "", None, None, ())
    trained = json.loads(example_line(play, Angle.FAR_LEFT, "gs://b/c.mp4", 1.0, "medium", teams))
    asked = request_of(Question("gs://b/c.mp4", prompt(Angle.FAR_LEFT, teams)), "gemini-3.5-flash", "medium")
    assert asked["contents"] == trained["contents"][:1]
    assert trained["generationConfig"].items() <= asked["generationConfig"].items()
    assert asked["generationConfig"]["temperature"] == 0


@pytest.mark.parametrize(
    ("base", "thinking"),
    [
        ("gemini-2.5-flash", {"thinkingBudget": 0}),
        ("gemini-2.5-pro", {"thinkingBudget": 128}),
        ("gemini-3.5-flash", {"thinkingLevel": "MINIMAL"}),
        ("gemini-3.1-flash-lite", {"thinkingLevel": "MINIMAL"}),
    ],
)
def test_a_base_thinks_as_little_as_it_can(base: str, thinking: dict[str, Any]) -> None:
    assert base in BASE_MODELS
    asked = request_of(Question("gs://b/c.mp4", "?"), base, "low")
    assert asked["generationConfig"]["thinkingConfig"] == thinking


def test_the_schema_is_sent_when_asked_for_only_and_names_the_leagues_labels() -> None:
    question = Question("gs://b/c.mp4", "?")
    assert "responseSchema" not in request_of(question, "gemini-3.5-flash", "low")["generationConfig"]
    config = request_of(question, "gemini-3.5-flash", "low", with_schema=True)["generationConfig"]
    assert config["responseMimeType"] == "application/json"
    play = config["responseSchema"]["items"]["properties"]
    assert play["classification"]["enum"] == list(LABELS)
    assert play["events"]["items"]["properties"]["label"]["enum"] == list(LABELS)


def test_the_schema_has_the_fields_of_an_answer_in_their_order() -> None:
    play = Play("p", "g", Side.LEFT, Window(0, 2), 1.0, "STEAL", "", None, None, (Event("STEAL"),))
    [told] = json.loads(answer_text(play, 1.0))
    schema = ANSWER_SCHEMA["items"]
    assert list(told) == schema["propertyOrdering"] == schema["required"] == list(schema["properties"])
    assert list(told["events"][0]) == schema["properties"]["events"]["items"]["propertyOrdering"]


def answered(text: str = "[]", **candidate: Any) -> dict[str, Any]:
    content = {"role": "model", "parts": [{"text": "hm", "thought": True}, {"text": text}]}
    return {"candidates": [{"content": content, **candidate}]}


def test_a_thought_is_no_part_of_the_answer_and_is_paid_with_it() -> None:
    usage = {
        "promptTokenCount": 7,
        "candidatesTokenCount": "2",
        "thoughtsTokenCount": 3,
        "totalTokenCount": 12,
    }
    said = said_in(answered("[1]", finishReason="STOP") | {"usageMetadata": usage}, "clip", "batch")
    assert said == Reply("[1]", 7, 5, "batch")


@pytest.mark.parametrize(
    ("response", "why"),
    [
        ({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}, "PROHIBITED CONTENT"),
        (answered(finishReason="SAFETY"), "SAFETY"),
        (answered(finishReason="RECITATION"), "RECITATION"),
        (answered("", finishReason="MAX_TOKENS"), "longer than 2048 tokens"),
        (answered("", finishReason="STOP"), "it is empty"),
        ({"candidates": []}, "it is empty"),
        ({}, "it is empty"),
        (None, "it is empty"),
        ({"candidates": [{"content": None}], "usageMetadata": None}, "it is empty"),
    ],
    ids=["blocked", "safety", "recitation", "too long", "no text", "no candidate", "{}", "null", "nulls"],
)
def test_a_response_without_a_whole_answer_is_no_answer_and_says_why(response: Any, why: str) -> None:
    usage = {"promptTokenCount": 900, "thoughtsTokenCount": 2048, "totalTokenCount": 2948}
    said = said_in((response or {}) | {"usageMetadata": usage}, "clip p1", "online")
    assert (said.text, said.input_tokens, said.output_tokens, said.price) == ("", 900, 2048, "online")
    assert why in said.failure
    with pytest.raises(Permanent, match=why):
        said_in(response, "clip p1", "online")


def test_an_answer_that_was_cut_off_is_told_as_far_as_it_goes() -> None:
    assert said_in(answered("[{", finishReason="MAX_TOKENS"), "clip", "batch") == Reply("[{", price="batch")


def test_what_the_total_has_beyond_its_parts_is_charged_too() -> None:
    usage = {"promptTokenCount": 7, "candidatesTokenCount": 2, "totalTokenCount": 30}
    said = said_in(answered("[1]") | {"usageMetadata": usage}, "clip", "batch")
    assert (said.input_tokens, said.output_tokens) == (7, 23)


@pytest.mark.parametrize(
    "request_",
    [
        {"contents": [{"parts": [{"text": "?", "fileData": None}, {"fileData": {"fileUri": "gs://b/c"}}]}]},
        {"contents": [{"parts": [{"file_data": {"file_uri": "gs://b/c", "mime_type": "video/mp4"}}]}]},
    ],
    ids=["with nulls, in another order", "in snake case"],
)
def test_the_clip_is_found_in_a_request_however_it_is_spelled(request_: object) -> None:
    assert clip_in(request_) == "gs://b/c"


@pytest.mark.parametrize("request_", [None, [], {"contents": None}, {"contents": [{"parts": ["?", None]}]}])
def test_a_request_that_shows_no_clip_has_none(request_: object) -> None:
    assert clip_in(request_) is None
