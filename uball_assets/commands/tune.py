"""`uball tune --plan`: what the next training would be, cost and stumble over. It spends and writes nothing.

Belongs here: gathering the plan, and words out. Not here: the plan itself (`domain.spending.tuning_plan`), or
starting a training (`assets.model`, `automation`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from uball_assets.commands.answers import as_json, facts, print_json
from uball_assets.commands.costs import ceilings_of, month_lines, month_so_far

if TYPE_CHECKING:
    from uball_assets.adapters.record.registry import Registry
    from uball_assets.domain.errors import Permanent
    from uball_assets.domain.learning.retrain import Decision
    from uball_assets.domain.spending.tuning_plan import TuningPlan
    from uball_assets.resources import Resources
    from uball_assets.settings import Settings


@click.command()
@click.option("--plan", "is_plan", is_flag=True, help="Print the plan; nothing is submitted or written.")
@as_json
@click.pass_context
def tune(context: click.Context, *, is_plan: bool, as_json: bool) -> None:
    """The next training's lines, tokens, price, ceilings and faults. Exit code 1: it would be refused.

    Trainings are started in the UI, by materialising tuned_model, or by retrain_sensor.
    """
    if not is_plan:
        click.echo(
            "A training is started by materialising tuned_model in the UI, or by retrain_sensor; "
            "--plan shows what it would be.",
            err=True,
        )
        context.exit(2)
    from uball_assets.resources import build_resources
    from uball_assets.settings import load_settings

    settings = load_settings()
    for notice in settings.notices:
        click.echo(f"note: {notice}", err=True)
    resources = build_resources(settings)
    found = _gather(settings, resources)
    refusal = found.refusal(settings)
    if as_json:
        print_json(found.to_dict() | {"refusal": str(refusal) if refusal else None})
    else:
        click.echo(facts(found.lines()))
    if refusal:
        raise refusal


@dataclass(frozen=True)
class NextTraining:
    """What would be trained now, whether it is due, and what may still be spent."""

    plan: TuningPlan | None
    """None: the newest model has learned from the whole training set."""
    newest: str | None
    """The newest model's name, from which it goes on; None before the first."""
    decision: Decision
    month: dict[str, Any]

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
        return [*self.plan.rows, ("newest", self.newest or "no model yet"), *month_lines(self.month), due]

    def to_dict(self) -> dict[str, Any]:
        return {
            "plan": self.plan.to_dict() if self.plan else None,
            "newest_model": self.newest,
            "is_due": self.decision.due,
            "reason": self.decision.reason,
            "this_month": self.month,
        }


def _gather(settings: Settings, resources: Resources) -> NextTraining:
    from uball_assets.adapters.record.bills import COSTS

    decision = _decision(settings, resources.registry)
    newest = resources.registry.latest("models")
    return NextTraining(
        plan=_plan(settings, resources, decision),
        newest=newest["name"] if newest else None,
        decision=decision,
        month=month_so_far(settings, resources.registry.entries(COSTS)),
    )


def _plan(settings: Settings, resources: Resources, decision: Decision) -> TuningPlan | None:
    """Of the training set on the record. Raises Permanent when there is none.

    Games that wait are not in it before training_set is materialised, which writes it.
    """
    from uball_assets.assets.model import tune_spec
    from uball_assets.assets.record_queries import latest_manifest
    from uball_assets.domain.answers.examples import PROMPT_HASH
    from uball_assets.domain.errors import Permanent

    found = latest_manifest(resources.registry)
    if found is None:
        raise Permanent(
            f"there is no training set to plan with ({decision.reason}): materialise training_set first"
        )
    entry, manifest = found
    parent = resources.registry.latest("models")
    if parent and parent["manifest_hash"] == entry["hash"] and parent["prompt_hash"] == PROMPT_HASH:
        return None
    return resources.trainer.plan(tune_spec(entry, manifest, parent, settings))


def _decision(settings: Settings, registry: Registry) -> Decision:
    """Whether a training would start now, in the words of the rule."""
    from datetime import UTC, datetime

    from uball_assets.automation.instance import open_instance
    from uball_assets.automation.situation import policy, retrain_situation
    from uball_assets.domain.learning.retrain import decide

    with open_instance(settings) as instance:
        return decide(retrain_situation(registry, instance, datetime.now(UTC)), policy(settings))
