"""A share of what `make bench-interleavings` enumerates, in seconds; and that it finds what it looks for."""

from __future__ import annotations

import pytest

from benchmarks import interleavings
from benchmarks.interleavings import Wrong, enumerate_all
from uball_assets.domain.learning import retrain
from uball_assets.domain.learning.retrain import Decision, Policy, Situation


@pytest.mark.parametrize(("games", "ticks"), [(2, 4), (4, 4)])
def test_in_whatever_order_things_happen_nothing_is_lost_nothing_doubled_and_all_explained(
    games: int, ticks: int
) -> None:
    found = enumerate_all(games, ticks)
    assert found.histories > 200
    assert found.leagues <= found.histories


def test_it_finds_a_rule_that_forgets_a_model_without_a_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    real = retrain.decide

    def forgets(situation: Situation, policy: Policy) -> Decision:
        decision = real(situation, policy)
        return Decision(False, "up to date", 0, needs="-") if decision.only_decides else decision

    monkeypatch.setattr(interleavings, "decide", forgets)
    with pytest.raises(Wrong):
        enumerate_all(1, 4)


def test_it_finds_a_request_that_is_answered_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interleavings, "served_to", lambda _: 0)
    with pytest.raises(Wrong):
        enumerate_all(1, 3)
