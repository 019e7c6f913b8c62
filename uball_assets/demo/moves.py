"""How each label is played: from one true play to keyframes on its stage.

Belongs here: basketball, as seen by cameras. Not here: which plays a game has (`league`) or what people wrote
about them. What tells two labels apart is where the ball leaves and what becomes of it, never a mark in the
picture.

A stage's people are in fixed places: 0-2 attack, 3-5 defend, 6 is the referee.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from uball_assets.demo.court import FREE_THROW_SPOT_M, HOOP_M, WIDTH_M, spot
from uball_assets.demo.scene import Flight, Point, Sound, Spot, Stage

SHOT_FROM_M: dict[str, tuple[float, float]] = {"FG": (1.2, 5.2), "3PT": (6.95, 8.3), "4PT": (9.15, 10.7)}
"""Distance of the shooter from the hoop, metres: a step behind each line, and not much farther."""
REFEREE_AT = 6
BEFORE_S = 0.25
"""The ball is in play this long before the window opens and after it closes."""
RIM: Point = (float(HOOP_M[0]), float(HOOP_M[1]), float(HOOP_M[2]))


@dataclass(frozen=True)
class Script:
    """One play with its cast: indexes into the stage's people."""

    label: str
    start_game_s: float
    end_game_s: float
    event_game_s: float
    lead: int
    """Who the primary event is about: the shooter, the thief, the blocker, the one who fouls."""
    other: int | None
    """The passer, the one robbed, blocked or fouled."""
    rebounder: int | None


def play(stage: Stage, script: Script, rng: np.random.Generator) -> None:
    """Writes the play on its stage."""
    for who in range(len(stage.people)):
        stage.stay(who, script.start_game_s)
    kind = script.label.rpartition("_")[0] or script.label
    if rng.random() < 0.15:
        _loose_ball(stage, script, rng)
    _MOVES[kind](stage, script, rng)
    for who in range(len(stage.people)):
        stage.stay(who, script.end_game_s)


# --- shots


def _shot(stage: Stage, script: Script, rng: np.random.Generator) -> None:
    kind = script.label.split("_")[0]
    distance_m = float(rng.uniform(*SHOT_FROM_M[kind]))
    widest = min(1.05, float(np.arcsin(min(1.0, (WIDTH_M / 2 - 0.9) / distance_m))))
    place = spot(distance_m, float(rng.uniform(-widest, widest)))
    release = script.event_game_s - _flight_s(distance_m, rng)
    _formation(stage, script, rng, {script.lead: place}, release - 0.35)
    if script.other is not None and script.label.endswith("MAKE"):
        _pass(stage, script, script.other, script.lead, release - 0.35)
        stage.carry(script.lead, release - 0.35, release, dribbled=False)
    else:
        stage.carry(script.lead, script.start_game_s - BEFORE_S, release - 0.2)
        stage.carry(script.lead, release - 0.2, release, dribbled=False)
    _release(stage, script, place, distance_m, release, rng)


def _free_throw(stage: Stage, script: Script, rng: np.random.Generator) -> None:
    lane = [(x, 7.5 + side * 2.75) for x in (2.4, 3.5, 4.6) for side in (-1, 1)]
    others = [who for who in range(6) if who != script.lead]
    for who, place in zip(rng.permutation(others), lane, strict=False):
        stage.move(int(who), script.start_game_s + 0.5, place)
    stage.move(script.lead, script.start_game_s + 0.5, FREE_THROW_SPOT_M)
    release = script.event_game_s - _flight_s(4.3, rng)
    stage.carry(script.lead, script.start_game_s - BEFORE_S, release - 0.3)
    stage.carry(script.lead, release - 0.3, release, dribbled=False)
    for who in range(6):
        stage.stay(who, release)
    _release(stage, script, FREE_THROW_SPOT_M, 4.3, release, rng)


def _flight_s(distance_m: float, rng: np.random.Generator) -> float:
    return 0.42 + 0.062 * distance_m + float(rng.uniform(-0.06, 0.06))


def _release(
    stage: Stage, script: Script, place: Spot, distance_m: float, release: float, rng: np.random.Generator
) -> None:
    """The ball leaves the shooter's hands, reaches the rim at the event, and goes in or does not."""
    event = script.event_game_s
    jump_m = 0.0 if script.label.startswith("FREE") else 0.35
    stage.raise_arms(script.lead, release - 0.2, release + 0.4, jump_m)
    stage.fly(release, event, (*place, 2.3), RIM, 0.75 + 0.13 * distance_m + float(rng.uniform(-0.15, 0.25)))
    if script.label.endswith("MAKE"):
        _through(stage, event, script.end_game_s, rng)
    else:
        _rebound(stage, script, rng)


def _through(stage: Stage, event: float, end: float, rng: np.random.Generator) -> None:
    stage.nets.append(event)
    floor: Point = (RIM[0] + 0.1, RIM[1], 0.15)
    x, y = spot(float(rng.uniform(1.2, 2.2)), float(rng.uniform(-1, 1)))
    stage.fly(event, event + 0.5, RIM, floor, 0.25)
    stage.fly(event + 0.5, end + BEFORE_S, floor, (x, y, 0.15), 0.7)
    stage.sounds += [Sound(event, "swish"), Sound(event + 0.15, "cheer"), Sound(event + 0.5, "bounce")]


def _rebound(stage: Stage, script: Script, rng: np.random.Generator) -> None:
    event = script.event_game_s
    taker = script.rebounder if script.rebounder is not None else 3
    x, y = spot(float(rng.uniform(1.6, 3.8)), float(rng.uniform(-1.2, 1.2)))
    caught = event + 0.65
    stage.move(taker, caught, (x, y))
    stage.raise_arms(taker, caught - 0.3, caught + 0.2, 0.4)
    stage.fly(event, caught, RIM, (x, y, 2.2), float(rng.uniform(0.7, 1.1)))
    stage.carry(taker, caught, script.end_game_s + BEFORE_S, dribbled=False)
    stage.sounds.append(Sound(event, "clank"))


# --- everything else


def _steal(stage: Stage, script: Script, rng: np.random.Generator) -> None:
    thief, victim = script.lead, _other(script)
    place = spot(float(rng.uniform(6.0, 9.5)), float(rng.uniform(-0.7, 0.7)))
    _formation(stage, script, rng, {victim: place}, script.event_game_s - 0.2, guards={thief})
    stage.carry(victim, script.start_game_s - BEFORE_S, script.event_game_s)
    stage.move(thief, script.event_game_s, (place[0] - 0.5, place[1]))
    stage.move(thief, script.end_game_s, (13.2, float(np.clip(place[1] + rng.uniform(-3, 3), 1, 14))))
    stage.carry(thief, script.event_game_s, script.end_game_s + BEFORE_S)
    stage.sounds.append(Sound(script.event_game_s, "clap"))


def _block(stage: Stage, script: Script, rng: np.random.Generator) -> None:
    blocker, shooter, event = script.lead, _other(script), script.event_game_s
    place = spot(float(rng.uniform(1.8, 3.4)), float(rng.uniform(-1.0, 1.0)))
    _formation(stage, script, rng, {shooter: place}, event - 0.25, guards={blocker})
    stage.carry(shooter, script.start_game_s - BEFORE_S, event - 0.3)
    stage.carry(shooter, event - 0.3, event - 0.12, dribbled=False)
    struck: Point = (place[0] - 0.3, place[1], 2.9)
    stage.fly(event - 0.12, event, (*place, 2.3), struck, 0.1)
    stage.move(blocker, event, (place[0] - 0.4, place[1] + 0.2))
    stage.raise_arms(blocker, event - 0.3, event + 0.35, 0.7)
    stage.raise_arms(shooter, event - 0.3, event + 0.2, 0.3)
    far = (float(rng.uniform(7.5, 10.5)), float(rng.uniform(3, 12)), 0.15)
    landed = min(event + 0.7, script.end_game_s)
    stage.fly(event, landed, struck, far, 0.5)
    stage.fly(landed, script.end_game_s + BEFORE_S, far, (far[0] + 1.0, far[1], 0.15), 0.4)
    stage.sounds += [Sound(event, "clap"), Sound(landed, "bounce")]


def _turnover(stage: Stage, script: Script, rng: np.random.Generator) -> None:
    passer, event = script.lead, script.event_game_s
    place = spot(float(rng.uniform(6.0, 9.0)), float(rng.uniform(-0.6, 0.6)))
    _formation(stage, script, rng, {passer: place}, event - 0.7)
    thrown = event - 0.5
    near = place[1] < WIDTH_M / 2
    out: Point = (float(rng.uniform(3, 9)), -0.4 if near else WIDTH_M + 0.4, 0.6)
    beyond: Point = (out[0] - 0.8, out[1] + (-1.1 if near else 1.1), 0.15)
    stage.carry(passer, script.start_game_s - BEFORE_S, thrown)
    stage.fly(thrown, event, (*place, 1.3), out, 0.3)
    stage.fly(event, script.end_game_s + BEFORE_S, out, beyond, 0.3)
    stage.sounds.append(Sound(event + 0.2, "whistle"))


def _foul(stage: Stage, script: Script, rng: np.random.Generator) -> None:
    guard, driver, event = script.lead, _other(script), script.event_game_s
    place = spot(float(rng.uniform(2.5, 5.5)), float(rng.uniform(-0.9, 0.9)))
    _formation(stage, script, rng, {driver: place}, event, guards={guard})
    stage.move(guard, event, (place[0] - 0.35, place[1] + 0.25))
    stage.carry(driver, script.start_game_s - BEFORE_S, event)
    dropped: Point = (place[0] + 0.7, place[1] - 0.7, 0.15)
    stage.fly(event, event + 0.4, (*place, 1.2), dropped, 0.0)
    stage.fly(event + 0.4, script.end_game_s + BEFORE_S, dropped, dropped, 0.0)
    stage.move(REFEREE_AT, script.end_game_s, (place[0] + 1.3, place[1] - 1.8))
    stage.raise_arms(REFEREE_AT, event + 0.2, script.end_game_s + BEFORE_S)
    stage.sounds.append(Sound(event + 0.1, "whistle"))


_MOVES: Mapping[str, Callable[[Stage, Script, np.random.Generator], None]] = {
    "FG": _shot,
    "3PT": _shot,
    "4PT": _shot,
    "FREE_THROW": _free_throw,
    "STEAL": _steal,
    "BLOCK": _block,
    "TURNOVER": _turnover,
    "FOUL": _foul,
}


# --- what plays share


def _other(script: Script) -> int:
    assert script.other is not None, script.label
    return script.other


def _formation(
    stage: Stage,
    script: Script,
    rng: np.random.Generator,
    leads: Mapping[int, Spot],
    by_game_s: float,
    guards: frozenset[int] | set[int] = frozenset(),
) -> None:
    """Attackers spread around the arc, each guarded from the hoop side; `leads` have their place.

    The `guards` stop following shortly before the event: their own move comes next.
    """
    bearings = _spread(leads, rng)
    settle = min(script.start_game_s + 0.9, by_game_s - 0.1)
    for who in range(3):
        place = leads.get(who) or spot(
            float(rng.uniform(5.5, 8.8)), float(bearings[who] + rng.uniform(-0.3, 0.3))
        )
        middle = _between(stage.where(who), place, 0.75)
        stage.move(who, settle, middle)
        defender = who + 3
        gap = float(rng.uniform(0.16, 0.26))
        stage.move(defender, settle + 0.1, _between(middle, RIM[:2], gap))
        stage.move(who, by_game_s, place)
        if defender not in guards:
            stage.move(defender, by_game_s + 0.1, _between(place, RIM[:2], gap))
    stage.move(REFEREE_AT, settle, (float(rng.uniform(8.5, 11.5)), float(rng.uniform(0.8, 2.2))))


def _spread(leads: Mapping[int, Spot], rng: np.random.Generator) -> list[float]:
    """A bearing for each attacker, so that the place a lead is bound for stays free."""
    free = [-0.9, 0.0, 0.9]
    taken: dict[int, float] = {}
    for who, place in leads.items():
        bearing = float(np.arctan2(place[1] - RIM[1], place[0] - RIM[0]))
        taken[who] = min(free, key=lambda each: abs(each - bearing))
        free.remove(taken[who])
    rest = iter(rng.permutation(free))
    return [taken[who] if who in taken else float(next(rest)) for who in range(3)]


def _pass(stage: Stage, script: Script, giver: int, taker: int, caught: float) -> None:
    """From the giver's hands to the taker's, arriving at `caught`."""
    thrown = caught - 0.35
    stage.carry(giver, script.start_game_s - BEFORE_S, thrown)
    stage.fly(thrown, caught, (*_at(stage, giver, thrown), 1.3), (*_at(stage, taker, caught), 1.35), 0.25)


def _at(stage: Stage, who: int, game_s: float) -> Spot:
    marks = np.array(stage.keys[who])
    return (
        float(np.interp(game_s, marks[:, 0], marks[:, 1])),
        float(np.interp(game_s, marks[:, 0], marks[:, 2])),
    )


def _loose_ball(stage: Stage, script: Script, rng: np.random.Generator) -> None:
    """A ball from the bench rolls along the baseline or a sideline."""
    start, length_s = script.start_game_s + float(rng.uniform(0, 1)), float(rng.uniform(0.8, 1.6))
    far = float(rng.uniform(2, 5)) * float(rng.choice([-1, 1]))
    if rng.random() < 0.5:
        x, y = float(rng.uniform(4, 9)), WIDTH_M + 0.7
        end: Point = (x + far, y, 0.15)
    else:
        x, y = -0.9, 7.5
        end = (x, y + far, 0.15)
    stage.spare.append(Flight(start, start + length_s, (x, y, 0.15), end, 0.0))


def _between(a: Spot, b: Spot, share: float) -> Spot:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
