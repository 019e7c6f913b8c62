"""`uball tune`: what the next training would be, cost and stumble over; and asking for one that is not due.

Belongs here: gathering the plan, and words out. Not here: the plan itself (`domain.spending.tuning_plan`), or
starting a training (`assets.model`, `automation`). A plan spends and writes nothing; `--force` puts a request
on the record.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from getpass import getuser
from typing import TYPE_CHECKING, Any

import click

from uball_assets.commands.answers import as_json, facts, print_json, table
from uball_assets.commands.costs import ceilings_of, month_lines, month_so_far
from uball_assets.commands.operating.train import ask

if TYPE_CHECKING:
    from uball_assets.adapters.record.registry import Registry
    from uball_assets.assets.model import NextTraining as Due
    from uball_assets.commands.operating.log_lines import CommandLog
    from uball_assets.domain.errors import Permanent
    from uball_assets.domain.learning.lineage import Trace
    from uball_assets.domain.learning.retrain import Decision
    from uball_assets.domain.spending.tuning_plan import TuningPlan
    from uball_assets.resources import Resources
    from uball_assets.services.learning.lessons import WayCost
    from uball_assets.settings import Settings


@click.command()
@click.option("--plan", "is_plan", is_flag=True, help="Print the plan; nothing is submitted or written.")
@click.option("--force", is_flag=True, help="Older name of `uball train`, with --why for --because.")
@click.option("--from-base", is_flag=True, help="With --force: every game anew, from the base model.")
@click.option("--why", help="With --force: the reason, kept on the record.")
@click.option("--by", help="With --force: who asks; without it, this machine's user.")
@as_json
@click.pass_context
def tune(
    context: click.Context,
    *,
    is_plan: bool,
    force: bool,
    from_base: bool,
    why: str | None,
    by: str | None,
    as_json: bool,
) -> None:
    """The next training's lines, tokens, price, ceilings and faults. Exit code 1: it would be refused.

    Trainings are started in the UI, by materialising tuned_model, or by retrain_sensor; `uball train
    --because "…"` asks for one that is not due.
    """
    if force != bool(why) or ((from_base or by) and not force):
        raise click.UsageError("--force and --why go together; --from-base and --by need both")
    if not (is_plan or force):
        click.echo(
            "A training is started by materialising tuned_model in the UI, or by retrain_sensor; "
            "--plan shows what it would be; `uball train` asks for one that is not due.",
            err=True,
        )
        context.exit(2)
    from uball_assets.commands.operating.log_lines import command_log
    from uball_assets.resources import build_resources
    from uball_assets.settings import load_settings

    settings = load_settings()
    for notice in settings.notices:
        click.echo(f"note: {notice}", err=True)
    with command_log(settings, "tune") as log:
        resources = build_resources(settings)
        if force:
            ask(settings, by or getuser(), why or "", log.echo, from_base=from_base)
        if is_plan:
            _plan(settings, resources, as_json=as_json, log=log)


def _plan(settings: Settings, resources: Resources, *, as_json: bool, log: CommandLog) -> None:
    found = _gather(settings, resources)
    refusal = found.refusal(settings)
    log.tell("; ".join(f"{name}: {text}" for name, text in found.lines()))
    if as_json:
        print_json(found.to_dict() | {"refusal": str(refusal) if refusal else None})
    else:
        click.echo(facts(found.lines()))
        if found.ways:
            click.echo("\n" + table(found.ways_table()))
    if refusal:
        raise refusal


@dataclass(frozen=True)
class NextTraining:
    """What would be trained now, whether it is due, and what may still be spent."""

    plan: TuningPlan | None
    """None: the newest model has learned from the whole training set."""
    newest: str | None
    """The newest model's name; None before the first."""
    decision: Decision
    month: dict[str, Any]
    starts: str = ""
    """Whose weights it goes on from, and why."""
    shown: str = ""
    """Which lines it is taught."""
    way: str = ""
    """UBALL_TRAIN_ON, where it goes on from a parent and something is new: else every line is shown."""
    ways: tuple[WayCost, ...] = ()
    """That way beside the others."""
    traces: tuple[Trace, ...] = ()
    """What it will still have of games that were edited or withdrawn."""

    def refusal(self, settings: Settings) -> Permanent | None:
        from uball_assets.domain.errors import Permanent
        from uball_assets.domain.spending.cost import refuse_over

        if self.plan is None:
            return None
        refusal = self.plan.refusal()
        if refusal or self.plan.estimated_usd is None:
            return refusal
        what = f"training {self.plan.model_name}"
        try:
            refuse_over(self.plan.estimated_usd, self.month["spent_usd"], ceilings_of(settings), what)
        except Permanent as error:
            return error
        return None

    def lines(self) -> list[tuple[str, str]]:
        due = ("due", self.decision.reason)
        if self.plan is None:
            nothing = f"nothing to train: {self.newest} has learned from the whole training set"
            return [("plan", nothing), due, *month_lines(self.month)]
        taught = [("taught", self.shown)] if self.shown else []
        starts = [("goes on from", self.starts)] if self.starts else []
        kept = [(trace.what, f"{trace.game_id}: {trace.effect}") for trace in self.traces]
        newest = ("newest", self.newest or "no video model yet")
        return [*self.plan.rows, *starts, *taught, *kept, newest, *month_lines(self.month), due]

    def ways_table(self) -> list[dict[str, str]]:
        """Each way of teaching it: lines, price, what is forgotten; the chosen one is marked."""
        from uball_assets.domain.spending.cost import money

        return [
            {
                "UBALL_TRAIN_ON": f"{cost.way}{' (chosen)' * (cost.way == self.way)}",
                "shown": f"{cost.lines:,} lines",
                "price": "unknown" if cost.usd is None else money(cost.usd),
                "not shown again": f"{cost.unseen_lines:,} old lines",
                "labels no longer shown": ", ".join(cost.unseen_labels) or "none",
            }
            for cost in self.ways
        ]

    def to_dict(self) -> dict[str, Any]:
        return {
            "plan": self.plan.to_dict() if self.plan else None,
            "newest_model": self.newest,
            "is_due": self.decision.due,
            "reason": self.decision.reason,
            "this_month": self.month,
            "starts": self.starts,
            "taught": self.shown,
            "ways": [asdict(cost) for cost in self.ways],
            "traces": [asdict(trace) for trace in self.traces],
        }


def _gather(settings: Settings, resources: Resources) -> NextTraining:
    from uball_assets.adapters.record.bills import COSTS

    decision = _decision(settings, resources.registry)
    newest = resources.registry.latest("models")
    name = newest["name"] if newest else None
    month = month_so_far(settings, resources.registry.entries(COSTS))
    due = _due(settings, resources, decision)
    if due is None:
        return NextTraining(None, name, decision, month)
    whole = replace(due.spec, train_uri=due.entry["train_uri"], validation_uri=due.entry["validation_uri"])
    plan = resources.trainer.plan(whole, due.lessons)
    goes_on = bool(
        due.spec.parent_uri and due.new_games and due.lessons.new_count != len(due.files.train_lines)
    )
    return NextTraining(
        plan,
        name,
        decision,
        month,
        starts=due.starts,
        shown=due.lessons.sentence,
        way=settings.train_on if goes_on else "",
        ways=tuple(_ways(settings, resources, due)) if goes_on else (),
        traces=due.traces,
    )


def _due(settings: Settings, resources: Resources, decision: Decision) -> Due | None:
    """The next training on the training set of the record. Raises Permanent when there is none.

    Games that wait are not in it before training_set is materialised, which writes it.
    """
    from uball_assets.assets.model import next_training
    from uball_assets.assets.record.queries import latest_manifest
    from uball_assets.domain.errors import Permanent

    found = latest_manifest(resources.registry)
    if found is None:
        raise Permanent(
            f"there is no training set to plan with ({decision.reason}): materialise training_set first"
        )
    return next_training(resources.registry, resources.training, *found, settings)


def _ways(settings: Settings, resources: Resources, due: Due) -> list[WayCost]:
    from uball_assets.services.learning.lessons import compare_ways

    return compare_ways(
        resources.training,
        due.entry,
        due.files,
        due.spec,
        due.new_games,
        settings.replay_per_new,
        settings.price_table,
    )


def _decision(settings: Settings, registry: Registry) -> Decision:
    """Whether a training would start now, in the words of the rule."""
    from datetime import UTC, datetime

    from uball_assets.automation.runs.tables import TableNotes
    from uball_assets.automation.situation import policy, retrain_situation
    from uball_assets.domain.learning.retrain import decide

    situation = retrain_situation(settings, registry, TableNotes(settings), datetime.now(UTC))
    return decide(situation, policy(settings))
