"""What became of a model, and since when."""

from __future__ import annotations

import pytest

from uball_assets.domain.serving.model_life import Decision, Life, RouteRow, Status, lives

V1_SERVES = RouteRow("t1", {"v1": 100.0}, "the first model")
IN_SHADOW = RouteRow("t2", {"v1": 100.0}, "open", "v2")
V2_SERVES = RouteRow("t2", {"v2": 100.0}, "v2 gets more right")
CANARY = RouteRow("t2", {"v1": 90.0, "v2": 10.0}, "v2 is tried")
ROLLED_BACK = RouteRow("t3", {"v1": 100.0, "v2": 0.0}, "v2 drifted")


@pytest.mark.parametrize(
    ("decisions", "routes", "expected"),
    [
        ([], [V1_SERVES], Life(Status.TRAINED)),
        ([Decision("v2", True, "worse")], [V1_SERVES], Life(Status.REFUSED, reason="worse")),
        ([Decision("v2", False, "promoted")], [V1_SERVES], Life(Status.TRAINED, reason="promoted")),
        ([Decision("v2", False, "open")], [V1_SERVES, IN_SHADOW], Life(Status.SHADOW, reason="open")),
        ([], [V1_SERVES, IN_SHADOW, V1_SERVES], Life(Status.TRAINED)),
        ([], [V1_SERVES, V2_SERVES], Life(Status.SERVING, "t2", None, "v2 gets more right")),
        ([], [V1_SERVES, CANARY], Life(Status.SERVING, "t2", None, "v2 is tried")),
        ([], [V1_SERVES, V2_SERVES, ROLLED_BACK], Life(Status.RETIRED, "t2", "t3", "v2 drifted")),
        (
            [],
            [V1_SERVES, V2_SERVES, ROLLED_BACK, RouteRow("t4", {"v2": 100.0}, "mended")],
            Life(Status.SERVING, "t2", None, "mended"),
        ),
    ],
    ids=[
        "undecided", "refused", "not routed yet", "in shadow", "out of shadow", "serves",
        "has a share", "rolled back", "serves again",
    ],
)  # fmt: skip
def test_a_models_life_is_read_off_its_decision_and_the_routes(
    decisions: list[Decision], routes: list[RouteRow], expected: Life
) -> None:
    assert lives(["v2"], decisions, routes) == {"v2": expected}
