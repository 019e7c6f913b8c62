"""Numbers of a home's events in one table: they grow, keep their order, and are the same after being kept."""

from array import array

import pytest

from uball_assets.automation.moving.copy_lines import Tally
from uball_assets.automation.moving.event_order import EventOrder, order_of

# Of the index: 1 with two events before it, 2 with none, no 3, 4 with one before and one behind.
ORDER = EventOrder(array("I", [0, 2, 0, 0, 1]), array("I", [0, 0, 0, 0, 1]), {"a": 3, "b": 1})


@pytest.mark.parametrize(
    ("was", "is_now"), [(-1, -1), (0, 0), (1, 3), (2, 4), (3, 5), (4, 7), (5, 9), (10, 14)]
)
def test_an_event_stands_behind_those_before_it_and_whatever_has_no_number_keeps_its_place(
    was: int, is_now: int
) -> None:
    assert ORDER.moved(was) == order_of(ORDER.text).moved(was) == is_now


def test_events_of_runs_that_the_index_does_not_know_come_last() -> None:
    assert ORDER.loose_from == order_of(ORDER.text).loose_from == {"a": 9, "b": 12}


def test_a_tally_goes_on_from_its_text() -> None:
    whole, begun = Tally(), Tally()
    for line in (b"1\ta", b"2\tb"):
        whole.add(line)
    begun.add(b"2\tb")
    goes_on = Tally.of(begun.text)
    goes_on.add(b"1\ta")
    assert goes_on == whole
