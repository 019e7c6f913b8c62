from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uball_assets.domain.answers.answers import Answer, Reading, parse_answer
from uball_assets.domain.answers.examples import answer_text
from uball_assets.domain.plays.plays import Event
from uball_assets_tests.domain.samples import a_play

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
        (f"[{{'classification': 4 4 \\u0034}}, {WHOLE}]", 1, ["is not JSON"]),
        (f'{{"plays": [7, {WHOLE}]}}', 1, ["is not an object: 7"]),
        (json.dumps([TOLD | {"timestamp_seconds": 2848.5}]), 0, ["2848.5 lies outside 0.0 to 10.0 s"]),
        (json.dumps([TOLD | {"timestamp_seconds": -1}]), 0, ["-1.0 lies outside 0.0 to 10.0 s"]),
        (json.dumps([TOLD | {"timestamp_seconds": "soon"}]), 0, ["is 'soon'"]),
        ('[{"classification": "FG_MAKE", "timestamp_seconds": NaN, "player_a": "N/A"}]', 1, []),
        (
            json.dumps([TOLD | {"classification": "X", "timestamp_seconds": 11}]),
            0,
            ["'X' is not in the league's vocabulary; timestamp_seconds 11.0 lies"],
        ),
        ("{}", 0, ["classification None"]),
        ("", 0, ["holds no play: ''"]),
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
        "two faults",
        "empty object",
        "nothing",
        "prose",
        "nested too deep",
        "brace in a note",
    ],
)
def test_what_is_sound_of_an_answer_is_kept_and_the_rest_is_lost_with_a_reason(
    text: str, answer_count: int, reasons: list[str]
) -> None:
    reading = parse_answer(text, 10.0, "p1_FAR_LEFT")
    assert len(reading.answers) == answer_count
    assert len(reading.quarantined) == len(reasons)
    assert not reading.saw_no_play
    for entry, reason in zip(reading.quarantined, reasons, strict=True):
        assert reason in entry.why
        assert entry.where == "p1_FAR_LEFT"


def test_a_perfect_answer_reads_as_the_play_it_tells() -> None:
    assert parse_answer(answer_text(a_play(), 6.5), 10.0, "here") == Reading((ANSWER,))


def test_an_alias_in_an_answer_is_resolved() -> None:
    (answer,) = told('[{"classification": "tov", "events": [{"label": "REB"}]}]')
    assert (answer.classification, answer.events) == ("TURNOVER", (Event("REBOUND"),))
    assert (answer.timestamp_clip_s, answer.note, answer.player_a) == (None, "", None)


@pytest.mark.parametrize(
    ("stated", "confidence"), [(0.8, 0.8), (1, 1.0), (0, 0.0), (80, None), ("high", None), (None, None)]
)
def test_a_confidence_is_a_share_or_unknown(stated: object, confidence: float | None) -> None:
    (answer,) = told(json.dumps([TOLD | {"confidence": stated}]))
    assert answer.confidence == confidence


@given(st.text(alphabet='[]{}":,\\ a1'))
def test_no_text_however_broken_raises_or_vanishes(text: str) -> None:
    reading = parse_answer(text, 10.0, "here")
    assert reading.answers or reading.quarantined or "[]" in "".join(text.split())


CASES = json.loads((Path(__file__).parent / "answers.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=[case["what"] for case in CASES])
def test_an_answer_as_models_write_it_is_read_rightly_or_not_at_all(case: dict[str, Any]) -> None:
    reading = parse_answer(case["answer"], case["clip_seconds"], "here")
    read = [(answer.timestamp_clip_s, answer.classification) for answer in reading.answers]
    if case["right_label"] is None:
        assert (read, len(reading.quarantined)) == ([], 1)
        return
    assert (read, reading.quarantined) == ([(case["right_time"], case["right_label"])], ())
    assert reading.answers[0].events == (Event("3PT_MAKE", "Player #23 (Blue)"),)
    assert (reading.answers[0].player_a, reading.answers[0].player_b) == ("Player #23 (Blue)", None)


SINGLE = str(TOLD)
"""As Python prints it: single quotes, None."""
CAMEL = json.dumps(TOLD).replace("timestamp_seconds", "timestampSeconds").replace("player_", "player")
DRAFT = json.dumps(TOLD | {"classification": "FG_MISS"})


@pytest.mark.parametrize(
    "text",
    [
        f"```json\n[{DRAFT}]\n```\nWait, the feet are behind the line:\n```json\n[{WHOLE}]\n```",
        f"[{DRAFT}]\n[{WHOLE}]",
        f"{DRAFT} Corrected: {WHOLE}",
        f"[{{'classification': }}] I mean [{WHOLE}]",
        f"[{WHOLE}] I hope that {{this}} helps [a bit].",
        f"In short {{a shot}}, [{{far out}}]:\n[{WHOLE}]",
        f'The {{set "play: [{WHOLE}]',
        json.dumps({"play": TOLD}),
        json.dumps({"Plays": [TOLD]}),
        json.dumps({"answer": {"play": TOLD}}),
        json.dumps({"answer": WHOLE}),
        json.dumps(WHOLE),
        json.dumps(f"[{WHOLE}]"),
        f"```json\n{json.dumps(json.dumps([TOLD]))}\n```",
        CAMEL.replace("playera", "playerA").replace("playerb", "playerB"),
        json.dumps({name.replace("_", " ").title(): value for name, value in TOLD.items()}),
        f"[{SINGLE}]",
        f"[{SINGLE},]",
        f"[{WHOLE[:-1]},}}]",
        f'{{"plays": [{WHOLE}, ',
        WHOLE.replace("[", "[ // in order\n").replace("// in order", ""),
    ],
)
def test_a_whole_play_is_found_whatever_stands_around_it(text: str) -> None:
    assert told(text) == (ANSWER,)


@pytest.mark.parametrize("cut", range(1, len(WHOLE)))
@pytest.mark.parametrize("written", [WHOLE, SINGLE], ids=["json", "python"])
def test_a_play_that_breaks_off_is_never_completed(written: str, cut: int) -> None:
    """Wherever: also where its events are whole, and with a whole play before it."""
    assert parse_answer(f"[{written[:cut]}", 10.0, "here").answers == ()
    reading = parse_answer(f"[{written}, {written[:cut]}", 10.0, "here")
    assert (reading.answers, len(reading.quarantined)) == ((ANSWER,), 1)


@pytest.mark.parametrize(
    "part",
    [
        '"timestamp_seconds": 00:03',
        '"classification": "FG_MAKE", "classification": "FG_MISS",',
        '"classification": FG_MAKE // or FG_MISS',
        '"classification": ',
    ],
)
def test_a_repair_that_would_lose_or_make_up_something_is_none(part: str) -> None:
    reading = parse_answer(f'[{{"note": "a", {part}\n, "classification": "FG_MAKE",}}]', 10.0, "here")
    assert (reading.answers, len(reading.quarantined)) == ((), 1)


@pytest.mark.parametrize("text", ["[]", " [ ] ", "```json\n[]\n```", '{"plays": []}', f"[{DRAFT}] No: []"])
def test_an_empty_list_says_that_there_is_no_play(text: str) -> None:
    reading = parse_answer(text, 10.0, "here")
    assert (reading.saw_no_play, reading.quarantined) == (True, ())


def test_a_raw_line_end_in_a_note_is_a_line_end() -> None:
    (answer,) = told(WHOLE.replace("Deep shot", "Deep\nshot"))
    assert answer.note == "Deep\nshot from the left wing."


def test_quotes_within_a_note_are_kept() -> None:
    (answer,) = told(WHOLE.replace("Deep shot", 'A "deep {" shot'))
    assert answer.note == 'A "deep {" shot from the left wing.'


def test_an_event_that_nobody_knows_costs_only_itself() -> None:
    events = [*TOLD["events"], {"label": "DUNK"}, {"label": "assist", "player_a": "Player #4 (Gray)"}, 7]
    reading = parse_answer(json.dumps([TOLD | {"events": events}]), 10.0, "here")
    assert reading.answers[0].events == (*ANSWER.events, Event("ASSIST", "Player #4 (Gray)"))
    [entry] = reading.quarantined
    assert "event 2 label 'DUNK'" in entry.why
    assert "event 4 is not an object" in entry.why


def test_other_spellings_are_counted() -> None:
    other = TOLD | {"classification": "4pt make", "timestamp_seconds": "00:06.5"}
    reading = parse_answer(json.dumps([other]), 10.0, "here")
    assert (reading.answers, reading.respelled_count) == ((ANSWER,), 2)


def told(text: str) -> tuple[Answer, ...]:
    """Its plays, where all of it is sound."""
    reading = parse_answer(text, 10.0, "here")
    assert reading.quarantined == ()
    return reading.answers
