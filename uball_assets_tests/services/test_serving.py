"""Changing who serves, by hand: what is proved first, what is refused, and two at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest

from uball_assets.adapters.models.endpoint import ServedModel
from uball_assets.adapters.record import retirements
from uball_assets.adapters.record.registry import Entry, StoreRegistry
from uball_assets.adapters.record.routes import OvertakenError, cause_of, current_routing
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.errors import Permanent
from uball_assets.services.serving import Serving, model_called


@dataclass
class Answering:
    """The part of an endpoint that a change of routes asks."""

    dead: set[str] = field(default_factory=set)
    meet: Callable[[], object] = lambda: None
    has_schema = False

    def is_alive(self, model: ServedModel) -> bool:
        self.meet()
        return model.name not in self.dead


@pytest.fixture
def serving(tmp_path: Path) -> Serving:
    registry = StoreRegistry(FolderStore(tmp_path), lambda: datetime(2026, 3, 18, 12, tzinfo=UTC))
    for version in (1, 2, 3):
        model = {"name": f"model-v{version}-1games", "label": f"v{version}-1games", "version": version}
        more = {"model_uri": "m", "base": "local", "prompt_hash": ""}
        registry.append("models", {**model, **more}, key=str(version))
    serving = Serving(registry, Answering())  # type: ignore[arg-type]
    serving.promote(called(serving, "v1"), "ann", "the first")
    return serving


def called(serving: Serving, word: str) -> Entry:
    return model_called(serving.registry, word)


def serves(serving: Serving) -> str:
    return str(current_routing(serving.registry)).replace("model-", "").replace("-1games", "")


def endpoint_of(serving: Serving) -> Answering:
    assert isinstance(serving.endpoint, Answering)
    return serving.endpoint


@pytest.mark.parametrize("word", ["model-v2-1games", "v2-1games", "v2"])
def test_a_model_is_called_by_its_name_its_label_or_its_version(serving: Serving, word: str) -> None:
    assert called(serving, word)["version"] == 2
    with pytest.raises(Permanent, match=r"there is no model v9: .*\(v1-1games, v2-1games, v3-1games\)"):
        called(serving, "v9")


def test_each_change_is_one_row_with_who_what_and_why(serving: Serving) -> None:
    serving.canary(called(serving, "v2"), 10, "ann", "try it")
    assert serves(serving) == "v1 90 %, v2 10 %"
    serving.rollback(None, "bob", "it fails")
    assert serves(serving) == "v1 100 %"
    serving.shadow(called(serving, "v3"), "ann", "a look")
    assert serves(serving) == "v1 100 %, v3 in shadow"
    serving.promote(called(serving, "v3"), "ann", "it is better")
    assert serves(serving) == "v3 100 %"
    serving.rollback(None, "bob", "it is not")
    assert serves(serving) == "v1 100 %"
    causes = [cause_of(row) for row in serving.registry.entries("routes")[1:]]
    assert [(cause.who, str(cause.what)) for cause in causes] == [
        ("ann", "canary"),
        ("bob", "rollback"),
        ("ann", "shadow"),
        ("ann", "promotion"),
        ("bob", "rollback"),
    ]


def test_a_rollback_proves_first_that_its_target_answers(serving: Serving) -> None:
    serving.promote(called(serving, "v2"), "ann", "better")
    endpoint_of(serving).dead.add("model-v1-1games")
    with pytest.raises(Permanent, match="model-v1-1games does not answer: nothing was changed"):
        serving.rollback(called(serving, "v1"), "ann", "worse")
    with pytest.raises(Permanent, match="no earlier champion answers: nothing was changed"):
        serving.rollback(None, "ann", "worse")
    assert serves(serving) == "v2 100 %"


@pytest.mark.parametrize(
    "ask",
    [
        lambda serving, model: serving.promote(model, "ann", "anew"),
        lambda serving, model: serving.canary(model, 10, "ann", "anew"),
        lambda serving, model: serving.shadow(model, "ann", "anew"),
        lambda serving, model: serving.rollback(model, "ann", "anew"),
    ],
    ids=["promote", "canary", "shadow", "rollback"],
)
def test_no_route_is_opened_to_a_model_whose_retirement_has_begun(
    serving: Serving, ask: Callable[[Serving, Entry], Entry]
) -> None:
    retirements.begin(serving.registry, "model-v2-1games", "none of the last 10 versions", [])
    with pytest.raises(
        Permanent, match=r"v2-1games was retired on 2026-03-18 \(none of the last 10 versions\)"
    ):
        ask(serving, called(serving, "v2"))
    assert serves(serving) == "v1 100 %"
    retirements.keep(serving.registry, "model-v2-1games", "a route was opened to it meanwhile")
    ask(serving, called(serving, "v2"))


def test_a_rollback_passes_over_a_champion_that_is_retired(serving: Serving) -> None:
    serving.promote(called(serving, "v2"), "ann", "better")
    serving.promote(called(serving, "v3"), "ann", "better still")
    retirements.begin(serving.registry, "model-v2-1games", "old", [])
    serving.rollback(None, "bob", "it fails")
    assert serves(serving) == "v1 100 %"


def test_a_rollback_passes_over_earlier_champions_that_do_not_answer(serving: Serving) -> None:
    for version in ("v2", "v3"):
        serving.promote(called(serving, version), "ann", "better")
    endpoint_of(serving).dead.add("model-v2-1games")
    serving.rollback(None, "ann", "worse")
    assert serves(serving) == "v1 100 %"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda it: it.promote(called(it, "v1"), "ann", "again"), "serves every game already"),
        (lambda it: it.rollback(called(it, "v1"), "ann", "again"), "serves every game already"),
        (lambda it: it.promote(called(it, "v2"), "ann", " "), "give --by and --because"),
        (lambda it: it.canary(called(it, "v2"), 60, "ann", "most"), "1 to 49 %"),
        (lambda it: it.shadow(called(it, "v1"), "ann", "itself"), "serves already"),
    ],
)
def test_what_changes_nothing_is_refused(
    serving: Serving, change: Callable[[Serving], Entry], says: str
) -> None:
    with pytest.raises(Permanent, match=says):
        change(serving)
    assert serving.registry.count("routes") == 1


def test_two_people_promoting_at_once_one_wins_and_the_other_is_told(serving: Serving) -> None:
    endpoint_of(serving).meet = Barrier(2, timeout=20).wait  # both have seen the same generation

    def promote(who: str, version: str) -> str:
        try:
            serving.promote(called(serving, version), who, f"{version} is better")
        except OvertakenError as error:
            return str(error)
        return "won"

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(promote, ("ann", "bob"), ("v2", "v3")))
    winner = told.index("won")
    name, version = (("ann", "v2"), ("bob", "v3"))[winner]
    assert serves(serving) == f"{version} 100 %"
    assert f"{name} was quicker with generation 2" in told[1 - winner]
    assert f"{version} is better" in told[1 - winner]
    assert serving.registry.count("routes") == 2
