"""What counts as broken of the platform, how bad it is, and that each finding says what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from uball_assets.domain.operating.broken import (
    Money,
    OpenRun,
    PlatformFacts,
    Serving,
    Source,
    Tick,
    broken_platform,
)
from uball_assets.domain.operating.findings import Finding, Level, named, span_text, worst_first
from uball_assets.domain.operating.usual import GAME_JOB, usual_by_job
from uball_assets.domain.run_figures import Outcome, RunFigures, StartedBy

NOW_S = 1_800_000_000.0
SOUND = PlatformFacts(now_s=NOW_S, heartbeat_s=NOW_S - 20, is_automated=True, free_bytes=50e9)
HOUR_S = 3600.0


def run(status: str, for_s: float) -> OpenRun:
    began_s = NOW_S - for_s
    return OpenRun("0123456789ab", GAME_JOB, "g1", status, began_s, began_s if status == "STARTED" else None)


@pytest.mark.parametrize(
    ("changed", "level", "says"),
    [
        ({}, None, ""),
        ({"damaged": ["record/games/000003.json: not JSON"]}, Level.BROKEN, "not JSON"),
        ({"heartbeat_s": NOW_S - 110}, None, ""),
        ({"backup_s": NOW_S - 40 * HOUR_S}, None, ""),
        ({"backup_s": NOW_S - 50 * HOUR_S}, Level.WARNING, "none was made in two days"),
        ({"backup_s": 0.0}, Level.WARNING, "none was ever made"),
        ({"heartbeat_s": NOW_S - 600}, Level.BROKEN, "no heartbeat for 10 min; sensors"),
        ({"heartbeat_s": None}, Level.BROKEN, "it has never run here; sensors"),
        ({"heartbeat_s": None, "is_automated": False}, None, ""),
        ({"heartbeat_s": NOW_S - 600, "is_automated": False}, Level.NOTE, "no heartbeat for 10 min"),
        (
            {"heartbeat_s": NOW_S - 600, "is_automated": False, "runs": [run("QUEUED", 60)]},
            Level.BROKEN,
            "1 run waits for it",
        ),
        ({"ticks": [Tick("games_sensor", NOW_S - 60, 2, "KeyError", "")]}, Level.NOTE, "2 ticks in a row"),
        (
            {"ticks": [Tick("games_sensor", NOW_S - 60, 3, "KeyError", "")]},
            Level.BROKEN,
            "the last: KeyError",
        ),
        ({"ticks": [Tick("games_sensor", NOW_S - 9_000, 3, "KeyError", "")]}, None, ""),
        ({"ticks": [Tick("games_sensor", NOW_S - 60, 0, "", "12 games: 12 up to date")]}, None, ""),
        (
            {
                "ticks": [
                    Tick("games_sensor", NOW_S - 60, 0, "", "stopped: 7 of 11 have none: mount the disk")
                ]
            },
            Level.BROKEN,
            "7 of 11 have none",
        ),
        ({"free_bytes": 9e9}, Level.WARNING, "9.0 GB free: one more camera's video may not fit"),
        ({"free_bytes": 0.5e9}, Level.BROKEN, "the record is in danger"),
        ({"sources": [Source("supabase", True, 3, None, "503")]}, Level.BROKEN, "3 failures in a row"),
        ({"sources": [Source("supabase", False, 1, None, "503")]}, Level.NOTE, "1 failure in a row"),
        ({"serving": Serving("v3")}, None, ""),
        ({"serving": Serving("v3", drift="drift: evidence 1,200")}, Level.WARNING, "evidence 1,200"),
        ({"serving": Serving("v3", signs=["brightness: 9 before, 3 now"])}, Level.NOTE, "9 before, 3 now"),
        ({"serving": Serving("v3", ended_trial="v4: no game for 15 days")}, Level.NOTE, "v4: no game"),
        ({"money": Money("2026-11", 100.0, 200.0)}, None, ""),
        ({"money": Money("2026-11", 170.0, 200.0)}, Level.WARNING, "$170.00 of $200.00, $30.00 left"),
        ({"money": Money("2026-11", 200.0, 200.0)}, Level.BROKEN, "no paid job is submitted"),
        ({"money": Money("2026-11", 0.0, 200.0, "$7 on a day: much; see")}, Level.WARNING, "$7 on a day"),
        ({"failures_alert": "3 runs failed: look"}, Level.WARNING, "3 runs failed"),
        ({"runs": [run("STARTED", 2 * HOUR_S)]}, None, ""),
        ({"runs": [run("STARTED", 5 * HOUR_S)]}, Level.BROKEN, "it goes for 5 h"),
        ({"runs": [run("STARTED", HOUR_S)], "usual_s": {GAME_JOB: 300.0}}, Level.WARNING, "take 5 min"),
        ({"runs": [run("STARTED", 900)], "usual_s": {GAME_JOB: 60.0}}, None, ""),
        ({"runs": [run("STARTING", 700)]}, Level.BROKEN, "starting for 12 min"),
        ({"runs": [run("STARTING", 60)]}, None, ""),
        ({"runs": [run("QUEUED", 3 * HOUR_S)]}, Level.BROKEN, "1 in the queue for 3 h"),
        ({"runs": [run("QUEUED", 3 * HOUR_S), run("STARTED", 60)]}, None, ""),
    ],
)
def test_what_is_broken_of_the_platform(changed: dict[str, object], level: Level | None, says: str) -> None:
    found = list(broken_platform(replace(SOUND, **changed)))  # type: ignore[arg-type]
    assert [one.level for one in found] == ([level] if level else [])
    for one in found:
        assert says in one.why
        assert one.remedy
        assert one.what


def test_the_worst_comes_first_and_what_is_the_same_keeps_its_id() -> None:
    note, worse = (Finding(level, level, "", "", None, "", "") for level in (Level.NOTE, Level.BROKEN))
    assert worst_first([note, worse]) == [worse, note]
    assert replace(note, why="other words").id == note.id != worse.id


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (89, "89 s"),
        (90, "2 min"),
        (3600, "60 min"),
        (7200, "2 h"),
        (90_000, "25 h"),
        (172_800, "2 days"),
    ],
)
def test_a_span_is_told_in_the_unit_that_people_use(seconds: float, text: str) -> None:
    assert span_text(seconds) == text


def test_many_games_are_a_few_names_and_a_number() -> None:
    assert named(["g1", "g2"]) == "g1, g2"
    assert named([f"g{n}" for n in range(1, 9)]) == "g1, g2, g3, g4, g5 and 3 more"


def test_how_long_a_game_usually_takes_is_half_of_the_newest_that_ended_well() -> None:
    def ended(took_s: float, outcome: Outcome = Outcome.SUCCEEDED, job: str = GAME_JOB) -> RunFigures:
        game = "g1" if job != "retrain_job" else ""
        steps = {"plays": 1.0}
        return RunFigures("r", job, game, outcome, StartedBy.SENSOR, "r", 1, 0, 0, took_s, 0.0, steps)

    runs = [ended(9_999.0), *(ended(float(n)) for n in range(100, 150))]
    runs += [ended(1.0, Outcome.FAILED), ended(7.0, job="retrain_job"), ended(600.0, job="__ASSET_JOB")]
    found = usual_by_job(runs)
    assert (found[GAME_JOB].count, found[GAME_JOB].half_s) == (50, 125.0)
    assert found["retrain_job"].half_s == 7.0
    assert found[GAME_JOB].text == "2 min (half of the last 50; nine of ten 2 min)"
    assert usual_by_job([]) == {}
