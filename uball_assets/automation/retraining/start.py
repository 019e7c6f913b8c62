"""What a decision starts: which job, for which game, counted at what.

Belongs here: from the decision to a run's parts. Not here: the decision (`domain.learning.retrain`) or
starting it (`sensors`, a command, the demo).
"""

from __future__ import annotations

from dataclasses import dataclass

from uball_assets.automation.jobs import retrain_job, scoring_job
from uball_assets.domain.learning.manifest import changes
from uball_assets.domain.learning.retrain import Decision, Situation


@dataclass(frozen=True)
class Start:
    job: str
    game_id: str
    """Its partition: any that is due will do."""
    target_hash: str
    """What its attempt is counted at."""
    attempt: int
    """Its number on the record. Not the decision's: a set that comes back (A, B, A) would have a run under a
    key that was used."""


def start_of(situation: Situation, decision: Decision) -> Start:
    """`decision`: one that is due, of this situation."""
    if decision.only_decides and (first := situation.undecided):
        return Start(scoring_job.name, first.game_id, first.target_hash, first.next_attempt)
    difference = changes(situation.eligible, situation.learned)
    due = (*difference.added, *difference.changed, *situation.eligible.game_ids)
    return Start(retrain_job.name, due[0], situation.target_hash, situation.next_attempt)
