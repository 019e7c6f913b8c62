"""What a plan rests on: each number with its range, its source, and whether anybody measured it.

Belongs here: the numbers, and how settings choose among them. Not here: numbers of the league's own record
(`calibrating`), prices (`domain.spending`), what is made of them (`work`, `season`, `money`).

Core seconds are of a core as those of the measurements (AMD EPYC). Films are 1080p at 30 frames a second and
5.4 Mbit/s, with a keyframe every two seconds, where nothing else is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from uball_assets.domain.clipping.clips import Mode
from uball_assets.domain.planning.league import Ways
from uball_assets.domain.planning.ranges import Case, Range, exactly


class Basis(StrEnum):
    """What speaks for a number, the best first."""

    RECORD = "this record"
    MEASURED = "measured"
    """By a benchmark of this project, elsewhere."""
    TOLD = "told"
    """By a service's documents or the league's."""
    ASSUMED = "assumed"


@dataclass(frozen=True)
class Assumption:
    name: str
    what: str
    value: Range
    unit: str
    basis: Basis
    source: str


@dataclass(frozen=True)
class Costs:
    """Every assumption's value in one case; the names are theirs."""

    start_cpu_s: float
    prove_cpu_s: float
    write_cpu_s: float
    cut_cpu_s: float
    look_cpu_s: float
    look_cameras: float
    learn_cpu_s: float
    answer_cpu_s: float
    serial_share: float
    answer_wait_s: float
    batch_wait_h: float
    tuning_wait_h: float
    store_wait_s: float
    plays_an_hour: float
    questions_a_play: float
    empty_share: float
    with_plays_share: float
    people_days: float
    film_gb_an_hour: float
    clip_mb: float
    clip_s: float
    memory_gb: float
    run_kb: float


Assumptions = Mapping[str, Assumption]

_CUT = {
    Mode.SMART: (Range(0.16, 0.78, 2.1), "docs/clips.md; a keyframe every 0.5 s, 2 s, 8 s"),
    Mode.EDIT: (Range(0.015, 0.018, 0.06), "docs/clips.md"),
    Mode.KEYFRAME: (Range(0.015, 0.018, 0.06), "docs/clips.md, as edit"),
    Mode.REENCODE: (Range(3.5, 6.5, 8.2), "docs/clips.md, the league's ffmpeg command"),
}
_NOTHING = exactly(0.0)


def believed(ways: Ways) -> dict[str, Assumption]:
    """Where the record tells nothing, by name; the names are the fields of `Costs`."""
    cut, cut_source = _CUT[ways.clip_mode]
    is_local = ways.trainer == "local"
    online = not is_local and not ways.is_batch
    measured, told, assumed = Basis.MEASURED, Basis.TOLD, Basis.ASSUMED
    rows = [
        _of(
            "start_cpu_s",
            "a run's process starts",
            Range(2.0, 2.5, 4.0),
            "core s a run",
            measured,
            "docs/growth.md (a run of 12 plays: 3.1 core s in all); on Ray 1.4 more",
        ),
        _of(
            "prove_cpu_s",
            "a video is proved and listened to",
            Range(0.2, 1.0, 3.0),
            "core s a film",
            assumed,
            "0.2 measured on the demo's films of 320x180; larger ones may take 15 times that",
        ),
        _of(
            "write_cpu_s",
            "plays, examples and pages are written",
            Range(0.4, 0.5, 2.0),
            "core s a run",
            measured,
            "the demo's runs; more with more plays",
        ),
        _of("cut_cpu_s", f"a clip is cut ({ways.clip_mode})", cut, "core s a clip", measured, cut_source),
        _of(
            "look_cpu_s",
            "a film is looked through for moments",
            Range(335.0, 340.0, 680.0),
            "core s an hour of film",
            measured,
            "docs/moments.md; twice that at 60 frames a second",
        ),
        _of(
            "look_cameras",
            "films of a game that are looked through",
            Range(2.0, 2.0, 4.0),
            "films",
            measured,
            "docs/moments.md: one camera a side where that is enough, else both",
        ),
        _of(
            "learn_cpu_s",
            "this machine learns from a clip",
            *(
                (
                    Range(0.5, 1.6, 3.0),
                    "core s a clip",
                    assumed,
                    "its frames are decoded once (186 a second and core, measured); learning is seconds",
                )
                if is_local
                else (_NOTHING, "core s a clip", told, "Vertex AI trains")
            ),
        ),
        _of(
            "answer_cpu_s",
            "this machine answers about a clip",
            *(
                (
                    Range(0.5, 1.6, 3.0),
                    "core s a clip",
                    assumed,
                    "its frames are decoded (186 a second and core, measured); the answer is nothing",
                )
                if is_local
                else (_NOTHING, "core s a clip", told, "Vertex AI answers")
            ),
        ),
        _of(
            "serial_share",
            "of each further core, what clips cannot use",
            Range(0.1, 0.18, 0.5),
            "of a core",
            measured,
            "docs/clips.md: two threads are 1.82 times one; more than two were not measured",
        ),
        _of(
            "answer_wait_s",
            "a service answers, several clips at once",
            *(
                (
                    Range(0.25, 1.0, 6.0),
                    "s a clip",
                    assumed,
                    "never measured; over 6 s the gate refuses a model",
                )
                if online
                else (_NOTHING, "s a clip", told, "not asked online")
            ),
        ),
        _of(
            "batch_wait_h",
            "a batch of questions waits and is answered",
            *(
                (
                    Range(0.5, 3.0, 24.0),
                    "h a game, on average",
                    assumed,
                    "Google tells 72 h in the queue and 24 h of work at most, and no usual time",
                )
                if ways.is_batch
                else (_NOTHING, "h a game", told, "no batches")
            ),
        ),
        _of(
            "tuning_wait_h",
            "a model is tuned by the service",
            *(
                (
                    Range(1.0, 2.0, 6.0),
                    "h a training",
                    assumed,
                    "one public report of 2 h; UBALL_TUNING_STUCK_AFTER_S is 6 h",
                )
                if not is_local
                else (_NOTHING, "h a training", told, "trained on this machine")
            ),
        ),
        _of(
            "store_wait_s",
            "a run waits for its stores",
            Range(0.5, 6.0, 15.0),
            "s a run",
            measured,
            "docs/growth.md: a run on a folder and at 30 ms a request",
        ),
        _of(
            "plays_an_hour",
            "plays are made",
            Range(95.0, 125.0, 158.0),
            "an hour of film",
            told,
            "the league's games: 190 to 315 plays, taken as of two hours",
        ),
        _of(
            "questions_a_play",
            "moments are asked about",
            Range(1.0, 1.2, 1.5),
            "a play",
            measured,
            "docs/moments.md: 1.02 in the demo's league, 1.48 in the messy one; its gate is 1.5",
        ),
        _of(
            "empty_share",
            "clips that show no play beside a play's",
            Range(0.1, 0.17, 0.25),
            "a play's clip",
            measured,
            "docs/clips.md: about one example in six at UBALL_EMPTY_EXAMPLES_SHARE=0.5",
        ),
        _of(
            "with_plays_share",
            "games whose plays people write down too",
            Range(0.1, 0.2, 0.5),
            "of games",
            assumed,
            "--with-plays; to go on learning, and to see drift",
        ),
        _of(
            "people_days",
            "people write plays down after",
            Range(1.0, 2.0, 4.0),
            "days",
            assumed,
            "such a game is worked on twice: before its plays, and with them",
        ),
        _of(
            "film_gb_an_hour",
            "a camera films",
            Range(2.45, 3.0, 6.0),
            "GB an hour",
            told,
            "the league's files: 10 GB of 4 h to 4 GB of 40 min",
        ),
        _of(
            "clip_mb",
            "a clip is as large as",
            Range(6.0, 8.0, 20.0),
            "MB",
            measured,
            "12 s at 5.4 Mbit/s; 13 Mbit/s where a camera writes 6 GB an hour",
        ),
        _of(
            "clip_s",
            "a clip lasts",
            Range(8.0, 10.0, 12.5),
            "s",
            assumed,
            "docs/growth.md takes 10; plays of 5 to 20 s",
        ),
        _of(
            "memory_gb",
            "a run takes at most",
            Range(0.27, 0.4, 1.4),
            "GB",
            measured,
            "docs/clips.md: 272 MB for a video of 2.5 GB; 1.4 GB was seen of four of 10 GB",
        ),
        _of(
            "run_kb",
            "Dagster keeps of a run",
            Range(103.0, 262.0, 262.0),
            "kB",
            measured,
            "of 8 steps: 103 in Postgres, 262 in SQLite",
        ),
    ]
    return {row.name: row for row in rows}


def costs_at(assumptions: Assumptions, case: Case) -> Costs:
    return Costs(**{one.name: assumptions[one.name].value.at(case) for one in fields(Costs)})


def _of(name: str, what: str, value: Range, unit: str, basis: Basis, source: str) -> Assumption:
    return Assumption(name, what, value, unit, basis, source)
