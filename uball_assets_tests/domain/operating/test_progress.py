"""How far a step is, and that a long one says it a bounded number of times."""

from __future__ import annotations

import pytest

from uball_assets.domain.operating.progress import Progress, bar, is_due, share_told


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (
            Progress("raw_videos", 2310, 16204, "MB", 30),
            "raw_videos: 14 %, 2,310 of 16,204 MB, 77 MB/s, 3 min left",
        ),
        (
            Progress("clips/FAR_LEFT", 37, 60, "clips", 12, "312 of 540 MB read"),
            "clips/FAR_LEFT: 62 %, 37 of 60 clips, 3.1 clips/s, 312 of 540 MB read, 7 s left",
        ),
        (Progress("clips/FAR_LEFT", 0, 60, "clips", 12), "clips/FAR_LEFT: 0 %, 0 of 60 clips"),
        (
            Progress("tuned_model", 0, 0, "", 12, "v3: epoch 1 of 3 done"),
            "tuned_model: v3: epoch 1 of 3 done",
        ),
        (Progress("tuned_model", 0, 0, "", 12), "tuned_model: begun"),
        (
            Progress("evaluation", 40, 120, "clips", 100, "asked of m3"),
            "evaluation: 33 %, 40 of 120 clips, 0.4 clips/s, asked of m3, 3 min left",
        ),
        (
            Progress("evaluation", 40, 120, "clips", 2400),
            "evaluation: 33 %, 40 of 120 clips, 1.0 clips/min, 80 min left",
        ),
        (
            Progress("tuned_model", 2, 3, "epochs", 3600, before=1),
            "tuned_model: 67 %, 2 of 3 epochs, 1.0 epochs/h, 60 min left",
        ),
    ],
)
def test_share_rate_and_time_left_are_told_as_far_as_they_are_known(progress: Progress, text: str) -> None:
    assert progress.text == text


def test_a_step_of_four_hours_says_some_hundred_lines_and_a_minute_ten() -> None:
    def lines(seconds: int) -> int:
        told_at_s, said = 0.0, 0
        for at_s in range(seconds):
            if is_due(at_s, told_at_s):
                told_at_s, said = float(at_s), said + 1
        return said

    assert lines(4) == 0
    assert 8 <= lines(60) <= 12
    assert 80 <= lines(4 * 3600) <= 140


@pytest.mark.parametrize(
    ("text", "share", "shown"),
    [
        ("clips/FAR_LEFT: 62 %, 37 of 60 clips", 0.62, "[############--------]  62 %"),
        ("raw_videos: 100 %, 5 of 5 MB", 1.0, "[####################] 100 %"),
        ("tuned_model: v3: running", None, "[????????????????????]    ?"),
        ("", None, "[????????????????????]    ?"),
    ],
)
def test_a_bar_shows_the_share_that_was_told(text: str, share: float | None, shown: str) -> None:
    assert share_told(text) == share
    assert bar(share) == shown
