"""`uball ...`: the platform by hand. Every command has --help, a clear error and an exit code.

0 done · 1 refused: bad input, trying again gives the same · 2 wrong use of the command · 75 try again later.

Belongs here: the group, and what an error becomes. Not here: the commands (`commands`). Heavy imports stand
inside them, so that --help is instant.
"""

from __future__ import annotations

import gc
from typing import Any

import click

from uball_assets.commands.answers import printable
from uball_assets.commands.clip import clip
from uball_assets.commands.costs import costs
from uball_assets.commands.deployment.backup import backup, restore
from uball_assets.commands.deployment.instance import instance
from uball_assets.commands.deployment.plan import plan
from uball_assets.commands.deployment.touched import touched
from uball_assets.commands.dev import dev
from uball_assets.commands.doctor import doctor
from uball_assets.commands.forecasting.features import features
from uball_assets.commands.forecasting.warehouse import warehouse
from uball_assets.commands.league.about import demo, settings, version
from uball_assets.commands.league.audit import audit
from uball_assets.commands.league.dead_letters import dead_letters
from uball_assets.commands.league.export import export
from uball_assets.commands.league.import_game import import_
from uball_assets.commands.league.results import results
from uball_assets.commands.league.status import status
from uball_assets.commands.league.sync import sync
from uball_assets.commands.league.why import why
from uball_assets.commands.migrate import migrate
from uball_assets.commands.operating.alerts import alerts
from uball_assets.commands.operating.card import card
from uball_assets.commands.operating.janitor import janitor
from uball_assets.commands.operating.keys import keys
from uball_assets.commands.operating.leaving import archive, retire
from uball_assets.commands.operating.pause import pause, resume
from uball_assets.commands.operating.report import report
from uball_assets.commands.operating.routes import commands as route_commands
from uball_assets.commands.operating.run import run
from uball_assets.commands.operating.runs import runs
from uball_assets.commands.operating.train import train
from uball_assets.commands.operating.verify import verify
from uball_assets.commands.probe import probe
from uball_assets.commands.remove import remove
from uball_assets.commands.serve import serve
from uball_assets.commands.tune import tune

_BETWEEN_COLLECTIONS = 50_000
"""New objects. A command holds what it read until it has printed it: with Python's 700 a tenth of its time
goes into looking for what it no longer needs."""


class _Refused(click.ClickException):
    """One line on stderr; the exit code is 1."""

    def __init__(self, message: str) -> None:
        super().__init__(printable(" ".join(message.split())))


class _TryLater(_Refused):
    exit_code = 75
    """EX_TEMPFAIL of sysexits.h."""


class _Commands(click.Group):
    """Turns the platform's two kinds of error into exit codes; nobody sees a traceback for bad input."""

    def invoke(self, ctx: click.Context) -> Any:
        from uball_assets.domain.errors import Permanent, Transient

        try:
            return super().invoke(ctx)
        except Permanent as error:
            raise _Refused(str(error)) from error
        except Transient as error:
            raise _TryLater(_again(str(error))) from error
        except BrokenPipeError:
            raise
        except OSError as error:
            place = f" {error.filename}" if error.filename else ""
            raise _Refused(f"this machine refused{place}: {error.strerror or error}") from error


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
def main() -> None:
    """From game video and annotated plays to a model that learns from every new game."""
    from uball_assets.adapters.machine.processes import heed_termination

    heed_termination()
    gc.set_threshold(_BETWEEN_COLLECTIONS)


for command in (
    *(settings, demo, import_, export, status, why, sync, audit, results, dead_letters, version),
    *(dev, clip, probe, migrate, tune, costs, doctor, remove, archive, retire),
    *(report, run, runs, alerts, verify, card, *route_commands),
    *(train, pause, resume, janitor, serve, keys),
    *(features, warehouse),
    *(backup, restore, instance, plan, touched),
):
    main.add_command(command)


def _again(message: str) -> str:
    """A passing trouble's message, with its remedy once: some say themselves what to do first."""
    says_to_retry = any(words in message for words in ("again", "try later"))
    return message if says_to_retry else f"{message}; try again"
