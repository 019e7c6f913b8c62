from __future__ import annotations

import json
from pathlib import Path

import pytest

from uball_assets.adapters.models.endpoint import Question, ServedModel
from uball_assets.adapters.models.local.endpoint import LocalEndpoint
from uball_assets.adapters.models.local.trainer import LocalTrainer
from uball_assets.adapters.models.trainer import TuneSpec
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.object_store import ObjectInfo
from uball_assets.domain.answers.answers import parse_answer
from uball_assets.domain.answers.examples import prompt
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.angles import Angle
from uball_assets_tests.adapters.clips_of_shots import DURATION_S, SHOT_AT_S, shot_clip, training_lines

SHOTS = ("FG_MAKE", "3PT_MISS", "4PT_MAKE")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("league")


@pytest.fixture(scope="module")
def store(folder: Path) -> FolderStore:
    return FolderStore(folder / "store")


def model_at(uri: str) -> ServedModel:
    return ServedModel("m", uri, uri, "local-mlp-1")


@pytest.fixture(scope="module")
def model(store: FolderStore, folder: Path) -> ServedModel:
    lines = training_lines(store, SHOTS * 8)
    store.write("train.jsonl", "\n".join(lines).encode())
    uri = store.uri("train.jsonl")
    spec = TuneSpec("m1", "f1", uri, uri, None, "local-mlp-1", epochs=1, seed=7)
    return model_at(str(LocalTrainer(store, folder / "cache").submit(spec).model_uri))


@pytest.fixture
def endpoint(store: FolderStore, folder: Path) -> LocalEndpoint:
    return LocalEndpoint(store, folder / "cache")


@pytest.mark.parametrize("label", SHOTS)
def test_a_shot_it_has_not_seen_is_answered_by_the_contract(
    endpoint: LocalEndpoint, store: FolderStore, model: ServedModel, label: str
) -> None:
    store.write("new.mp4", shot_clip(label, "Gray", seed=77))
    text = endpoint.generate(model, Question(store.uri("new.mp4"), prompt(Angle.FAR_LEFT))).text
    reading = parse_answer(text, DURATION_S, "new.mp4")
    answers = reading.answers
    assert reading.quarantined == ()
    assert [answer.classification for answer in answers] == [label]
    assert answers[0].events[0].label == label
    assert answers[0].timestamp_clip_s == pytest.approx(SHOT_AT_S, abs=0.3)
    assert answers[0].player_a == "Player (Gray)"
    assert 0.5 < (answers[0].confidence or 0) <= 1
    keys = {"timestamp_seconds", "classification", "note", "player_a", "player_b", "events", "confidence"}
    assert set(json.loads(text)[0]) == keys


def test_the_other_half_of_the_court_is_read_through_its_camera(
    endpoint: LocalEndpoint, store: FolderStore, model: ServedModel
) -> None:
    store.write("right.mp4", shot_clip("4PT_MAKE", seed=78, flipped=True))
    text = endpoint.generate(model, Question(store.uri("right.mp4"), prompt(Angle.FAR_RIGHT))).text
    assert json.loads(text)[0]["classification"] == "4PT_MAKE"


def test_the_same_question_has_the_same_answer_with_and_without_its_cache(
    endpoint: LocalEndpoint, store: FolderStore, model: ServedModel, tmp_path: Path
) -> None:
    clip = store.uri("games/g1/clips/play-1_FAR_LEFT.mp4")
    asked = [
        each.generate(model, Question(clip, prompt(Angle.FAR_LEFT))).text
        for each in (endpoint, endpoint, LocalEndpoint(store, tmp_path))
    ]
    assert len(set(asked)) == 1


def test_a_damaged_cache_entry_is_computed_again(
    store: FolderStore, model: ServedModel, tmp_path: Path
) -> None:
    clip, fresh = store.uri("games/g1/clips/play-1_FAR_LEFT.mp4"), LocalEndpoint(store, tmp_path)
    expected = fresh.generate(model, Question(clip, prompt(Angle.FAR_LEFT)))
    (kept,) = tmp_path.rglob("*.f32")
    kept.write_bytes(kept.read_bytes()[:100])
    assert fresh.generate(model, Question(clip, prompt(Angle.FAR_LEFT))) == expected


class _Counting(FolderStore):
    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.asked: list[str] = []

    def read(self, name: str) -> bytes:
        self.asked.append(f"read {name}")
        return super().read(name)

    def list(self, prefix: str, after: str = "") -> list[ObjectInfo]:
        self.asked.append(f"list {prefix}")
        return super().list(prefix, after)


def test_a_clip_and_a_model_that_were_read_once_are_read_by_no_later_question_until_they_are_others(
    store: FolderStore, model: ServedModel, tmp_path: Path
) -> None:
    names = [info.name for info in store.list("games/g1/clips/")][:4]
    asked = [Question(store.uri(name), prompt(Angle.FAR_LEFT)) for name in names]
    first = LocalEndpoint(store, tmp_path).generate_all(model, asked)
    counting = _Counting(store.root)
    assert LocalEndpoint(counting, tmp_path).generate_all(model, asked) == first
    assert counting.asked == [
        "list models/m1/",
        "list games/g1/clips/",
    ]
    store.write(names[0], store.read(names[1]))
    again = LocalEndpoint(store, tmp_path).generate_all(model, asked)
    assert again == [first[1], *first[1:]]
    weights = "models/m1/model.safetensors"
    sound = store.read(weights)
    store.write(weights, b"no weights")
    with pytest.raises(Permanent):
        LocalEndpoint(store, tmp_path).generate(model, asked[0])
    store.write(weights, sound)


def test_an_endpoint_is_alive_while_its_model_is_whole(
    endpoint: LocalEndpoint, store: FolderStore, model: ServedModel
) -> None:
    assert endpoint.is_alive(model)
    store.write("models/m2/model.safetensors", store.read("models/m1/model.safetensors"))
    assert not endpoint.is_alive(model_at(store.uri("models/m2/model.safetensors")))
    store.write("models/m2/model.json", b"{}")
    assert endpoint.is_alive(model_at(store.uri("models/m2/model.safetensors")))
    store.write("models/m2/model.safetensors", b"damaged")
    assert not endpoint.is_alive(model_at(store.uri("models/m2/model.safetensors")))
    assert not endpoint.is_alive(model_at("gs://elsewhere/model.safetensors"))


def test_an_unfinished_model_gives_no_answer(endpoint: LocalEndpoint, store: FolderStore) -> None:
    with pytest.raises(Permanent, match="no finished model"):
        endpoint.generate(
            model_at(store.uri("models/m9/model.safetensors")),
            Question(store.uri("x.mp4"), prompt(Angle.FAR_LEFT)),
        )


def test_an_unreadable_clip_is_refused(
    endpoint: LocalEndpoint, store: FolderStore, model: ServedModel
) -> None:
    store.write("bad.mp4", b"not a video")
    with pytest.raises(Permanent, match="cannot be decoded"):
        endpoint.generate(model, Question(store.uri("bad.mp4"), prompt(Angle.FAR_LEFT)))


def test_many_questions_are_answered_in_their_order_and_a_bad_clip_costs_only_itself(
    endpoint: LocalEndpoint, store: FolderStore, model: ServedModel
) -> None:
    store.write("bad.mp4", b"not a video")
    names = ["games/g1/clips/play-1_FAR_LEFT.mp4", "bad.mp4", "games/g1/clips/play-2_FAR_LEFT.mp4"]
    questions = [Question(store.uri(name), prompt(Angle.FAR_LEFT)) for name in names]
    said = endpoint.generate_all(model, questions)
    assert isinstance(said[1], Permanent)
    assert [said[0], said[2]] == [endpoint.generate(model, questions[position]) for position in (0, 2)]
