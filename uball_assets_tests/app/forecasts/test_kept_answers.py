"""An answer is kept as long as it holds: until a fact or the serving model changes, without a restart."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from uball_assets.adapters.record.family import of_family
from uball_assets.adapters.record.routes import current_routing
from uball_assets.domain.form.book import FormBook
from uball_assets.domain.record import Family
from uball_assets.domain.serving.routing import (
    Routing,
    promoted,
    with_canary,
    with_shadow,
    without_trial,
)
from uball_assets_tests.app.conftest import context_of
from uball_assets_tests.app.forecasts import small_league
from uball_assets_tests.app.forecasts.conftest import GAMES, Served


@pytest.fixture
def reckoned(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A game each time that features are made."""
    found: list[Any] = []
    game = FormBook.game

    def counted(self: FormBook, *asked: Any) -> dict[str, float | None]:
        found.append(asked[0])
        return game(self, *asked)

    monkeypatch.setattr(FormBook, "game", counted)
    return found


def test_the_same_question_is_reckoned_once(served: Served, reckoned: list[Any]) -> None:
    first = served.game()
    assert [served.game() for _ in range(3)] == [first] * 3
    assert len(reckoned) == 1
    served.game(on="2025-11-21")
    assert len(reckoned) == 2


def test_asked_by_many_at_once_it_is_reckoned_once(served: Served, reckoned: list[Any]) -> None:
    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda _: served.game(), range(16)))
    assert told == [told[0]] * 16
    assert len(reckoned) == 1


def test_a_model_is_promoted_and_rolled_back_without_a_restart(served: Served) -> None:
    assert served.game()["model"] == "outcome-model-v1"
    routes = _routing(served)
    for model in ("outcome-model-v2", "outcome-model-v1"):
        routes = promoted(routes, model)
        small_league.serve(served.settings, Family.OUTCOME, routes)
        served.forget_the_look()
        assert served.game()["model"] == model
    assert served.player()["model"] == "player-model-v1"


def test_it_is_looked_at_most_once_a_second(served: Served) -> None:
    assert served.game()["model"] == "outcome-model-v1"
    small_league.serve(served.settings, Family.OUTCOME, promoted(_routing(served), "outcome-model-v2"))
    assert served.game()["model"] == "outcome-model-v1", "as it was a moment ago"
    served.forget_the_look()
    assert served.game()["model"] == "outcome-model-v2"


def test_a_canary_answers_for_its_share_of_the_games_always_the_same_ones(served: Served) -> None:
    canary = with_canary(_routing(served), "outcome-model-v2", 40)
    small_league.serve(served.settings, Family.OUTCOME, canary)
    to_come = [one for one in served.league.fixtures if one.game_id.startswith("f") and not one.is_final]
    wishes = [(one.home_team, one.away_team, str(one.tip_off.date())) for one in to_come]
    first = [served.game(*wish)["model"] for wish in wishes]
    assert set(first) == {"outcome-model-v1", "outcome-model-v2"}
    served.forget_the_look()
    assert [served.game(*wish)["model"] for wish in reversed(wishes)] == first[::-1]
    assert served.game(on="2026-01-20")["model"] == "outcome-model-v1", "no game of the schedule"
    small_league.serve(served.settings, Family.OUTCOME, without_trial(canary))
    served.forget_the_look()
    assert {served.game(*wish)["model"] for wish in wishes} == {"outcome-model-v1"}


def test_a_shadow_is_never_told(served: Served) -> None:
    small_league.serve(served.settings, Family.OUTCOME, with_shadow(_routing(served), "outcome-model-v2"))
    assert served.game()["model"] == "outcome-model-v1"


def test_a_new_result_changes_the_answer(served: Served, reckoned: list[Any]) -> None:
    before = served.game(on="2026-01-20")
    small_league.fill(served.settings, small_league.facts(GAMES + 4))
    served.forget_the_look()
    after = served.game(on="2026-01-20")
    assert after["facts"] != before["facts"]
    assert after["home"]["win_chance"] != before["home"]["win_chance"]
    assert len(reckoned) == 2
    small_league.fill(served.settings, small_league.facts(GAMES + 4))
    served.forget_the_look()
    assert served.game(on="2026-01-20") == after, "nothing new was written"
    assert len(reckoned) == 2


def test_a_damaged_model_is_told_as_trouble_of_ours_and_the_next_one_serves(served: Served) -> None:
    store = context_of(served.client).training
    store.write("forecasting/outcome-model-v3/card.json", b"{}")
    routes = promoted(_routing(served), "outcome-model-v3")
    small_league.serve(served.settings, Family.OUTCOME, routes)
    wish = {"home_team": "Falcons", "away_team": "Owls", "game_date": "2025-11-20"}
    assert served.ask("/predict/game", 500, **wish)["code"] == "failed"
    small_league.serve(served.settings, Family.OUTCOME, promoted(routes, "outcome-model-v2"))
    served.forget_the_look()
    assert served.game()["model"] == "outcome-model-v2"


def test_a_question_leaves_no_row_in_the_audit(served: Served) -> None:
    served.game()
    served.player()
    assert context_of(served.client).audit.newest(10) == []


def _routing(served: Served) -> Routing:
    found = current_routing(of_family(context_of(served.client).registry, Family.OUTCOME))
    assert found is not None
    return found
