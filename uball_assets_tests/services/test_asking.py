from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest

from uball_assets.adapters.models.endpoint import Holding, Question, Reply, ServedModel
from uball_assets.adapters.record.bills import COSTS, Bills
from uball_assets.adapters.record.registry import Entry, StoreRegistry
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.answers.examples import PROMPT_HASH, colors_in
from uball_assets.domain.clipping.reports import Clip
from uball_assets.domain.errors import Permanent, Transient, UballError
from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.footage.teams import Teams
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.operating.progress import Tell, counted, untold
from uball_assets.domain.spending.cost import PRICES, Ceilings
from uball_assets.services.asking.annotations import Annotations, PlayQuestion
from uball_assets.services.asking.annotator import Annotator

MODEL = ServedModel(
    "m1", "projects/1/locations/l/models/1", "projects/1/locations/l/endpoints/1", "gemini-3.5-flash"
)
Script = Mapping[str, "str | Reply | Exception"]


class Scripted:
    """An endpoint that says what the test wrote down, by the clip's file name; an error is raised or given.

    `rescued` is what it says when it is held to the schema.
    """

    def __init__(self, answers: Script, rescued: Script | None = None) -> None:
        self.has_schema = rescued is not None
        self.answers, self.rescued = answers, rescued or {}
        self.asked_with_schema: list[str] = []
        self.questions: list[Question] = []

    def generate(self, model: ServedModel, question: Question, *, with_schema: bool = False) -> Reply:
        assert model.endpoint_uri == MODEL.endpoint_uri
        self.questions.append(question)
        name = question.clip_uri.rpartition("/")[2]
        assert name.split("_", 1)[1].removesuffix(".mp4") in question.prompt
        if with_schema:
            self.asked_with_schema.append(name)
        answer = (self.rescued if with_schema else self.answers)[name]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Reply) else Reply(answer)

    def generate_all(
        self, model: ServedModel, questions: Sequence[Question], tell: Tell = untold
    ) -> list[Reply | UballError]:
        def ask(question: Question) -> Reply | UballError:
            try:
                return self.generate(model, question)
            except UballError as error:
                return error

        return list(counted(map(ask, questions), len(questions), tell))

    def outlives(self, question_count: int) -> bool:
        del question_count
        return False

    def cancel(self, model: ServedModel, questions: Sequence[Question]) -> None:
        raise AssertionError(f"nothing here is a paid job: {model}, {questions}")

    def is_alive(self, model: ServedModel) -> bool:
        return model == MODEL

    def holdings(self, model: ServedModel) -> list[Holding]:
        raise NotImplementedError

    def retire(self, model: ServedModel) -> None:
        raise NotImplementedError


BOTH = ("p1_FAR_LEFT.mp4", "p1_NEAR_RIGHT.mp4")


def said(label: str, timestamp_s: float = 2.0, confidence: float | None = 0.9) -> str:
    play = {"classification": label, "timestamp_seconds": timestamp_s, "confidence": confidence, "events": []}
    return json.dumps([play])


def a_clip(play_id: str, angle: Angle, sync_offset_s: float = 0.0) -> Clip:
    name = f"games/g1/clips/{play_id}_{angle}.mp4"
    start_file_s = 100.0 + sync_offset_s
    return Clip(
        play_id,
        angle,
        name,
        f"{play_id} {angle}",
        start_file_s,
        sync_offset_s,
        None,
        10.0,
        150,
        999,
        clamped=False,
    )


def a_question(play_id: str) -> PlayQuestion:
    clips = (a_clip(play_id, Angle.FAR_LEFT, 1.5), a_clip(play_id, Angle.NEAR_RIGHT, -3.0))
    return PlayQuestion(play_id, Side.LEFT, Window(100.0, 110.0), clips, is_one_play=True)


def annotator(
    folder: Path, answers: Script, rescued: Script | None = None, job_usd: float = 50.0
) -> Annotator:
    def now() -> datetime:
        return datetime(2026, 11, 20, tzinfo=UTC)

    store = FolderStore(folder)
    bills = Bills(StoreRegistry(store, now), PRICES, Ceilings(job_usd, 200.0), "low", "online", now)
    return Annotator(Scripted(answers, rescued), store, bills)


def costs(annotator: Annotator) -> list[Entry]:
    return annotator.bills.registry.entries(COSTS)


def asked_count(annotator: Annotator) -> int:
    assert isinstance(annotator.endpoint, Scripted)
    return len(annotator.endpoint.questions)


def with_schema(annotator: Annotator) -> list[str]:
    assert isinstance(annotator.endpoint, Scripted)
    return sorted(annotator.endpoint.asked_with_schema)


def test_two_cameras_that_agree_become_one_play_in_game_time(tmp_path: Path) -> None:
    answers = {"p1_FAR_LEFT.mp4": said("4PT_MAKE", 2.0), "p1_NEAR_RIGHT.mp4": said("4PT_MAKE", 2.2)}
    result = annotator(tmp_path, answers).annotate(MODEL, [a_question("p1")], "game g1")
    [play] = result.plays
    assert (play.play_key, play.classification, play.agreed) == ("p1", "4PT_MAKE", True)
    assert play.timestamp_game_s == pytest.approx(102.1)
    assert result.quarantined == ()
    assert [(key, answer.angle) for key, answer in result.per_camera] == [
        ("p1", Angle.FAR_LEFT),
        ("p1", Angle.NEAR_RIGHT),
    ]


def test_answers_on_clips_in_slow_motion_come_back_at_the_games_own_speed(tmp_path: Path) -> None:
    clips = tuple(replace(clip, duration_s=40.0, slow_motion=4.0) for clip in a_question("p1").clips)
    question = replace(a_question("p1"), clips=clips)
    answers = {"p1_FAR_LEFT.mp4": said("STEAL", 30.0), "p1_NEAR_RIGHT.mp4": said("STEAL", 30.8)}
    [play] = annotator(tmp_path, answers).annotate(MODEL, [question], "game g1").plays
    assert play.timestamp_game_s == pytest.approx(107.6)


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ("I cannot see the clip.", "holds no play"),
        (said("DUNK"), "not in the league's vocabulary"),
        (said("FG_MAKE", 99.0), "outside"),
        (Permanent("the clip is unreadable"), "the clip is unreadable"),
    ],
    ids=["no json", "unknown label", "time outside the clip", "refused"],
)
@pytest.mark.parametrize("schema", [False, True], ids=["without a schema", "and no better with a schema"])
def test_an_answer_that_says_nothing_valid_is_a_loss_and_the_other_camera_answers(
    tmp_path: Path, broken: str | Exception, why: str, schema: bool
) -> None:
    answers = {"p1_FAR_LEFT.mp4": broken, "p1_NEAR_RIGHT.mp4": said("FG_MISS")}
    asked = annotator(tmp_path, answers, answers if schema else None)
    result = asked.annotate(MODEL, [a_question("p1")], "game g1")
    assert [play.classification for play in result.plays] == ["FG_MISS"]
    assert [why in entry.why for entry in result.quarantined] == [True]
    silent = {answer.angle: answer for _, answer in result.per_camera}[Angle.FAR_LEFT]
    assert silent.answer is None
    assert why in silent.reason
    assert result.asked_again == int(schema)
    assert with_schema(asked) == ["p1_FAR_LEFT.mp4"] * schema


def test_an_answer_without_form_is_rescued_by_the_schema_and_only_that_one_is_asked_again(
    tmp_path: Path,
) -> None:
    answers: Script = {
        "p1_FAR_LEFT.mp4": said("STEAL"),
        "p1_NEAR_RIGHT.mp4": '[{"classification": "ST',
        "p2_FAR_LEFT.mp4": Permanent("the batch could not answer"),
        "p2_NEAR_RIGHT.mp4": said("BLOCK"),
    }
    rescued = {"p1_NEAR_RIGHT.mp4": said("STEAL"), "p2_FAR_LEFT.mp4": said("BLOCK")}
    asked = annotator(tmp_path, answers, rescued)
    result = asked.annotate(MODEL, [a_question("p1"), a_question("p2")], "game g1")
    assert [(play.classification, play.agreed) for play in result.plays] == [("STEAL", True), ("BLOCK", True)]
    assert (result.quarantined, result.asked_again) == ((), 2)
    assert with_schema(asked) == ["p1_NEAR_RIGHT.mp4", "p2_FAR_LEFT.mp4"]


def test_no_play_is_an_answer_and_is_neither_asked_again_nor_a_loss(tmp_path: Path) -> None:
    answers = {
        "p1_FAR_LEFT.mp4": "[]",
        "p1_NEAR_RIGHT.mp4": "```json\n[]\n```",
        "p2_FAR_LEFT.mp4": said("STEAL"),
        "p2_NEAR_RIGHT.mp4": "[]",
    }
    asked = annotator(tmp_path, answers, {})
    result = asked.annotate(MODEL, [a_question("p1"), a_question("p2")], "game g1")
    assert [(play.play_key, play.agreed, play.needs_review) for play in result.plays] == [("p2", False, True)]
    assert (result.quarantined, result.asked_again, result.no_play_count) == ((), 0, 3)


def test_every_play_of_an_answer_counts_and_the_document_keeps_who_said_what(tmp_path: Path) -> None:
    two = json.dumps([*json.loads(said("3PT_MISS", 2.0)), *json.loads(said("FG_MAKE", 7.0, 0.8))])
    answers = {"w1_FAR_LEFT.mp4": two, "w1_NEAR_RIGHT.mp4": said("4PT_MISS", 2.3, 0.6)}
    asked = annotator(tmp_path, answers)
    window = replace(a_question("w1"), is_one_play=False)
    result = asked.annotate(MODEL, [window], "game g1")
    assert [(play.play_key, play.classification) for play in result.plays] == [
        ("w1", "3PT_MISS"),
        ("LEFT_0107000", "FG_MAKE"),
    ]
    documents.save(asked.training, "said.json", result)
    stored = documents.load(asked.training, "said.json", Annotations)
    assert stored.plays == result.plays
    assert [(each.angle, each.label) for each in stored.plays[0].evidence] == [
        (Angle.FAR_LEFT, "3PT_MISS"),
        (Angle.NEAR_RIGHT, "4PT_MISS"),
    ]
    assert [len(answer.told) for _, answer in stored.per_camera] == [2, 1]


def test_an_answer_in_another_spelling_is_read_and_counted(tmp_path: Path) -> None:
    other = said("3PT Make").replace("2.0", '"00:02"')
    answers = {"p1_FAR_LEFT.mp4": other, "p1_NEAR_RIGHT.mp4": said("3PT_MAKE")}
    result = annotator(tmp_path, answers).annotate(MODEL, [a_question("p1")], "game g1")
    assert [(play.classification, play.timestamp_game_s) for play in result.plays] == [("3PT_MAKE", 102.0)]
    assert (result.quarantined, result.respelled_count) == ((), 2)


@pytest.mark.parametrize("prompt_hash", [PROMPT_HASH, "of a prompt without teams"])
def test_a_model_is_told_who_plays_if_it_was_trained_to_be(tmp_path: Path, prompt_hash: str) -> None:
    teams = Teams(("Granite", "Harbor"), ("Gray", "Blue"))
    asked = annotator(tmp_path, dict.fromkeys(BOTH, said("STEAL")))
    asked.annotate(
        replace(MODEL, prompt_hash=prompt_hash), [replace(a_question("p1"), teams=teams)], "game g1"
    )
    assert isinstance(asked.endpoint, Scripted)
    named = {colors_in(question.prompt) for question in asked.endpoint.questions}
    assert named == {("Gray", "Blue") if prompt_hash == PROMPT_HASH else None}


def test_where_nothing_at_all_was_answered_nothing_is_asked_again(tmp_path: Path) -> None:
    gone = Permanent("there is no finished model")
    asked = annotator(tmp_path, dict.fromkeys(("p1_FAR_LEFT.mp4", "p1_NEAR_RIGHT.mp4"), gone), {})
    result = asked.annotate(MODEL, [a_question("p1")], "game g1")
    assert (len(result.quarantined), result.asked_again, with_schema(asked)) == (2, 0, [])


def test_a_play_that_no_camera_could_tell_is_left_out_and_costs_no_other(tmp_path: Path) -> None:
    answers = {
        "p1_FAR_LEFT.mp4": "nothing",
        "p1_NEAR_RIGHT.mp4": "nothing",
        "p2_FAR_LEFT.mp4": said("STEAL"),
        "p2_NEAR_RIGHT.mp4": said("STEAL"),
    }
    result = annotator(tmp_path, answers).annotate(MODEL, [a_question("p1"), a_question("p2")], "game g1")
    assert [play.play_key for play in result.plays] == ["p2"]
    assert len(result.quarantined) == 2


@pytest.mark.parametrize("when", ["at first", "when asked again"])
def test_a_service_that_is_down_is_raised_and_no_answer_is_made_up(tmp_path: Path, when: str) -> None:
    down = Transient("503")
    answers = {
        "p1_FAR_LEFT.mp4": down if when == "at first" else "nothing",
        "p1_NEAR_RIGHT.mp4": said("STEAL"),
    }
    with pytest.raises(Transient, match="503"):
        annotator(tmp_path, answers, {"p1_FAR_LEFT.mp4": down}).annotate(MODEL, [a_question("p1")], "game g1")


def test_no_question_is_no_answer(tmp_path: Path) -> None:
    assert annotator(tmp_path, {}, {}).annotate(MODEL, [], "game g1").plays == ()


def test_tokens_are_counted_by_the_way_they_were_asked_and_all_are_on_the_bill(tmp_path: Path) -> None:
    answers = {
        "p1_FAR_LEFT.mp4": Reply(said("STEAL"), 1000, 100, "batch"),
        "p1_NEAR_RIGHT.mp4": Reply("nothing", 1000, 10, "batch"),
    }
    asked = annotator(tmp_path, answers, {"p1_NEAR_RIGHT.mp4": Reply(said("STEAL"), 1000, 100, "online")})
    usage = asked.annotate(MODEL, [a_question("p1")], "game g1").usage
    assert {each.way: (each.input, each.output) for each in usage.tokens} == {
        "batch": (2000, 110),
        "online": (1000, 100),
    }
    assert sum(entry["tokens"] for entry in costs(asked)) == usage.token_count == 3210
    assert sum(entry["usd"] for entry in costs(asked)) == pytest.approx(
        usage.usd(MODEL.base, PRICES), abs=1e-6
    )
    assert usage.usd(MODEL.base, PRICES) > 0.001


def forget_answers(folder: Path) -> None:
    """As after a run that was killed between the bill and the keeping."""
    for path in folder.rglob("answers/*/*.json"):
        path.unlink()


def test_a_batch_that_is_read_once_more_is_not_paid_once_more_and_an_online_answer_is(tmp_path: Path) -> None:
    batched = dict.fromkeys(BOTH, Reply(said("STEAL"), 1000, 100, "batch"))
    online = dict.fromkeys(BOTH, Reply(said("STEAL"), 1000, 100, "online"))
    for count, answers in [(1, batched), (1, batched), (2, online), (3, online)]:
        annotator(tmp_path, answers).annotate(MODEL, [a_question("p1")], "game g1")
        assert len(costs(annotator(tmp_path, {}))) == count
        forget_answers(tmp_path)


@pytest.mark.parametrize("price", ["online", "batch"])
def test_a_clip_is_asked_of_a_model_once_whatever_became_of_its_answer(
    tmp_path: Path, price: Literal["online", "batch"]
) -> None:
    answers = {
        "p1_FAR_LEFT.mp4": Reply(said("STEAL"), 1000, 100, price),
        "p1_NEAR_RIGHT.mp4": Reply("[]", 1000, 10, price),
        "p2_FAR_LEFT.mp4": Reply("half an emoji: \ud83d", 1000, 10, price),
        "p2_NEAR_RIGHT.mp4": Reply("", 1000, 2048, price, "blocked"),
    }
    rescued = {
        "p2_FAR_LEFT.mp4": Reply(said("BLOCK"), 1000, 100, "online"),
        "p2_NEAR_RIGHT.mp4": Reply("", 1000, 0, "online", "blocked again"),
    }
    game = [a_question("p1"), a_question("p2")]
    first = annotator(tmp_path, answers, rescued).annotate(MODEL, game, "game g1")
    paid = costs(annotator(tmp_path, {}))
    assert sum(entry["tokens"] for entry in paid) == first.usage.token_count == 8268
    second = annotator(tmp_path, {}, {}, job_usd=0.0).annotate(MODEL, game, "game g1")
    assert (second.plays, second.per_camera, second.quarantined) == (
        first.plays,
        first.per_camera,
        first.quarantined,
    )
    assert (first.kept_count, second.kept_count, second.usage.token_count) == (0, 4, 0)
    assert costs(annotator(tmp_path, {})) == paid


@pytest.mark.parametrize("change", ["the clip was cut again", "another model", "another play"])
def test_what_was_not_asked_before_is_asked(tmp_path: Path, change: str) -> None:
    answers = dict.fromkeys(BOTH, Reply(said("STEAL"), 1000, 100, "online"))
    asked = annotator(tmp_path, answers)
    asked.annotate(MODEL, [a_question("p1")], "game g1")
    game, model = [a_question("p1")], MODEL
    if change == "the clip was cut again":
        far, near = game[0].clips
        game = [replace(game[0], clips=(replace(far, key="another"), near))]
    elif change == "another model":
        model = replace(MODEL, name="m2")
    else:
        game.append(a_question("p2"))
        answers |= dict.fromkeys(("p2_FAR_LEFT.mp4", "p2_NEAR_RIGHT.mp4"), answers[BOTH[0]])
    before = asked_count(asked)
    asked.annotate(model, game, "game g1")
    assert asked_count(asked) - before == (1 if change == "the clip was cut again" else 2)


def test_a_damaged_object_of_answers_is_passed_over_and_its_clips_asked_again(tmp_path: Path) -> None:
    answers = dict.fromkeys(BOTH, Reply(said("STEAL"), 1000, 100, "online"))
    first = annotator(tmp_path, answers).annotate(MODEL, [a_question("p1")], "game g1")
    [kept] = tmp_path.rglob("answers/*/*.json")
    kept.write_text('{"a": ')
    (kept.parent / ".DS_Store").write_bytes(b"\x00\xff")
    assert annotator(tmp_path, answers).annotate(MODEL, [a_question("p1")], "game g1") == first


def test_what_was_answered_before_the_service_went_down_is_kept_and_only_the_rest_asked(
    tmp_path: Path,
) -> None:
    answers: Script = {
        "p1_FAR_LEFT.mp4": Reply(said("STEAL"), 1000, 100, "online"),
        "p1_NEAR_RIGHT.mp4": Transient("503"),
    }
    with pytest.raises(Transient):
        annotator(tmp_path, answers).annotate(MODEL, [a_question("p1")], "game g1")
    assert [entry["tokens"] for entry in costs(annotator(tmp_path, {}))] == [1100]
    answers = {"p1_NEAR_RIGHT.mp4": Reply(said("STEAL"), 1000, 100, "online")}
    result = annotator(tmp_path, answers).annotate(MODEL, [a_question("p1")], "game g1")
    assert (result.kept_count, result.usage.token_count, len(result.plays)) == (1, 1100, 1)


def test_what_was_answered_is_billed_though_the_service_goes_down_before_the_end(tmp_path: Path) -> None:
    answers = {
        "p1_FAR_LEFT.mp4": Reply(said("STEAL"), 1000, 100, "online"),
        "p1_NEAR_RIGHT.mp4": Reply("nothing", 1000, 10, "online"),
    }
    asked = annotator(tmp_path, answers, {"p1_NEAR_RIGHT.mp4": Transient("503")})
    with pytest.raises(Transient):
        asked.annotate(MODEL, [a_question("p1")], "game g1")
    assert [entry["tokens"] for entry in costs(asked)] == [2110]


def test_over_the_ceiling_nothing_is_asked(tmp_path: Path) -> None:
    asked = annotator(tmp_path, {}, job_usd=0.0)
    with pytest.raises(Permanent, match="asking m1 about game g1"):
        asked.annotate(MODEL, [a_question("p1")], "game g1")
    assert costs(asked) == []


def test_a_model_of_this_machine_has_no_bill(tmp_path: Path) -> None:
    answers = {"p1_FAR_LEFT.mp4": said("STEAL"), "p1_NEAR_RIGHT.mp4": said("STEAL")}
    asked = annotator(tmp_path, answers)
    assert asked.annotate(MODEL, [a_question("p1")], "game g1").usage.tokens == ()
    assert costs(asked) == []
