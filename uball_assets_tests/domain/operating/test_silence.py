from __future__ import annotations

import pytest

from uball_assets.domain.operating.silence import FORGOTTEN_S, MOST_UNHEARD_S, Silences

LOOKS = {
    "the first look proves nothing": ([(100.0, "a")], 0.0),
    "each look adds what passed since the last": ([(0.0, "a"), (5.0, "a"), (11.0, "a")], 11.0),
    "another word ends the silence": ([(0.0, "a"), (5.0, "a"), (11.0, "b")], 0.0),
    "it counts anew after that": ([(0.0, "a"), (11.0, "b"), (15.0, "b")], 4.0),
    "no word at all is silence too": ([(0.0, None), (9.0, None)], 9.0),
    "who did not look heard nothing": ([(0.0, "a"), (500.0, "a")], MOST_UNHEARD_S),
}


@pytest.mark.parametrize(("looks", "silent_s"), LOOKS.values(), ids=LOOKS)
def test_silence_is_counted(looks: list[tuple[float, str | None]], silent_s: float) -> None:
    silences = Silences()
    counted = [silences.silent_s("a run", word, at_s) for at_s, word in looks]
    assert counted[-1] == silent_s


def test_each_is_silent_for_itself_and_who_is_asked_about_no_more_is_forgotten() -> None:
    silences = Silences()
    silences.silent_s("one", "a", 0.0)
    assert silences.silent_s("other", "a", 5.0) == 0.0
    assert silences.silent_s("one", "a", 6.0) == 6.0
    silences.silent_s("other", "b", 7.0 + FORGOTTEN_S)
    assert set(silences.heard) == {"other"}
