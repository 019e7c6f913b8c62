"""What one game takes: clips, core seconds, waiting and bytes; as phases of its runs.

A game comes in when it is filmed, and the model annotates it. Where people write its plays down too, it comes
a second time: its plays' clips are cut to learn from, and the model is asked about them, for its honest
score.

Belongs here: one game, and one training. Not here: many of them (`season`), what they cost (`money`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from uball_assets.domain.planning.assumptions import Costs
from uball_assets.domain.planning.fleet import Phase
from uball_assets.domain.planning.league import Film, Machines, Ways

_CAMERAS_A_PLAY = 2
"""A side is filmed from afar and from near."""
USUAL_MEGAPIXELS = Film(1.0).megapixels_a_second
_HOUR_S, _MB_OF_GB = 3600.0, 1000.0
MBIT_OF_GB = 8000.0
_DEQUEUED_S = 5.0
"""Between two looks of Dagster at its queue: a run waits half of it."""


@dataclass(frozen=True)
class Game:
    """One game as it is to be worked on, in one case."""

    costs: Costs
    film: Film
    ways: Ways

    @property
    def plays(self) -> float:
        return self.film.plays or self.film.hours * self.costs.plays_an_hour

    @property
    def film_gb(self) -> float:
        """Of all cameras."""
        return self.film.cameras * self.film.hours * self.costs.film_gb_an_hour

    @property
    def looked_at(self) -> float:
        return min(self.costs.look_cameras, self.film.cameras)

    @property
    def asked_clips(self) -> float:
        """Around moments, when nobody has told its plays."""
        return self.plays * self.costs.questions_a_play * self._cameras_a_play

    @property
    def play_clips(self) -> float:
        """Of plays that people wrote down; the model is asked about these, once."""
        return self.plays * self._cameras_a_play

    @property
    def learned_clips(self) -> float:
        """Those, and clips that show no play."""
        return self.play_clips * (1 + self.costs.empty_share)

    @property
    def core_seconds(self) -> Mapping[str, float]:
        """Of its first run, by what it is spent on."""
        costs = self.costs
        return {
            "start": costs.start_cpu_s,
            "prove": self.film.cameras * costs.prove_cpu_s,
            "look": self.looked_at * self.film.hours * costs.look_cpu_s * self._pixels,
            "cut": self.asked_clips * costs.cut_cpu_s * self._pixels,
            "answer": self.asked_clips * costs.answer_cpu_s * self._pixels,
            "write": costs.write_cpu_s,
        }

    def first_run(self, machines: Machines, batch_wait_s: float) -> tuple[Phase, ...]:
        cpu_s = self.core_seconds
        copied_s = self.film_gb * MBIT_OF_GB / machines.line_mbit if self.ways.is_copied else 0.0
        asked_s = self.asked_clips * self.costs.answer_wait_s
        return (
            Phase(cpu_s["start"] + cpu_s["prove"] + cpu_s["write"], 1, self.costs.store_wait_s + copied_s),
            Phase(cpu_s["look"], self.looked_at),
            Phase(cpu_s["cut"] + cpu_s["answer"], self.clips_width(machines), asked_s + batch_wait_s),
        )

    def second_run(self, machines: Machines, batch_wait_s: float) -> tuple[Phase, ...]:
        """With the plays that people wrote down."""
        cpu_s, costs = self.core_seconds, self.costs
        cut_s = self.learned_clips * costs.cut_cpu_s * self._pixels
        answer_s = self.play_clips * costs.answer_cpu_s * self._pixels
        asked_s = self.play_clips * costs.answer_wait_s
        return (
            Phase(cpu_s["start"] + cpu_s["prove"] + cpu_s["write"], 1, costs.store_wait_s),
            Phase(cut_s + answer_s, self.clips_width(machines), asked_s + batch_wait_s),
        )

    def training_run(self, games: int, machines: Machines) -> tuple[Phase, ...]:
        """Of so many new games: what was learned of older ones is kept, or the service's matter."""
        learned_s = games * self.learned_clips * self.costs.learn_cpu_s * self._pixels
        return (
            Phase(self.costs.start_cpu_s, 1, self.costs.store_wait_s),
            Phase(learned_s, self.clips_width(machines), self.costs.tuning_wait_h * _HOUR_S),
        )

    def clips_width(self, machines: Machines) -> float:
        """Cores that clips keep busy on a machine with nothing else to do."""
        return 1 + (machines.cores - 1) * (1 - self.costs.serial_share)

    @property
    def stored_gb(self) -> float:
        """Of a game's clips in the bucket: those asked about, and those learned from where there are."""
        learned = self.costs.with_plays_share * self.learned_clips
        return (self.asked_clips + learned) * self.costs.clip_mb / _MB_OF_GB

    @property
    def read_gb(self) -> float:
        """From where the videos lie, by the machine that works on them: the films that are looked through,
        and each clip's own bytes once more."""
        looked = self.looked_at * self.film.hours * self.costs.film_gb_an_hour
        return looked + self.stored_gb

    @property
    def _cameras_a_play(self) -> float:
        return min(_CAMERAS_A_PLAY, self.film.cameras)

    @property
    def _pixels(self) -> float:
        """Decoding and encoding grow with them."""
        return self.film.megapixels_a_second / USUAL_MEGAPIXELS


def fed_cores(machines: Machines, costs: Costs, film: Film) -> float:
    """Of a machine's cores, as many as its line can feed with films to look through."""
    look_s = costs.look_cpu_s * film.megapixels_a_second / USUAL_MEGAPIXELS
    return min(float(machines.cores), machines.line_mbit / core_mbit(costs.film_gb_an_hour, look_s))


def core_mbit(film_gb_an_hour: float, look_cpu_s: float) -> float:
    """Megabits a second that a core takes in while it looks through a film."""
    return film_gb_an_hour * MBIT_OF_GB / look_cpu_s


def picked_up_s(interval_s: float, looks: float) -> float:
    """From a game's arrival to its run being asked for: a file must look the same twice. `looks`: 1 to 2."""
    return looks * interval_s + _DEQUEUED_S / 2
