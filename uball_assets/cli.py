"""`uball ...`: the platform by hand. Every command has --help, a clear error and an exit code.

0 done · 1 refused: bad input, trying again gives the same · 2 wrong use of the command · 75 try again later.

Belongs here: words in, words out. Heavy imports stand inside the commands, so that --help is instant.
Not here: the tools for one video, which need no settings (`commands`).
"""

from __future__ import annotations

import time
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from uball_assets.commands.answers import as_json, print_json, printable, table
from uball_assets.commands.clip import clip
from uball_assets.commands.costs import costs
from uball_assets.commands.dev import dev
from uball_assets.commands.doctor import doctor
from uball_assets.commands.migrate import migrate
from uball_assets.commands.operating.alerts import alerts
from uball_assets.commands.operating.leaving import archive, retire
from uball_assets.commands.operating.report import report
from uball_assets.commands.operating.routes import commands as route_commands
from uball_assets.commands.operating.run import run
from uball_assets.commands.operating.runs import runs
from uball_assets.commands.operating.verify import verify
from uball_assets.commands.probe import probe
from uball_assets.commands.remove import remove
from uball_assets.commands.tune import tune
from uball_assets.domain.plays.labels import LABELS

if TYPE_CHECKING:
    from uball_assets.adapters.machine.circuits import SourceState
    from uball_assets.domain.footage.angles import Angle
    from uball_assets.settings import Settings
    from uball_assets.status import GameStatus, ModelStatus, Status


_STRANGERS_SHOWN = 10


_SHARED_WITH_THE_DEMO = (
    "the demo's games are in {} too, and models learn from both: a league of your own starts fresh with "
    "UBALL_HOME=FOLDER"
)


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


for command in (
    *(dev, clip, probe, migrate, tune, costs, doctor, remove, archive, retire),
    *(report, run, runs, alerts, verify, *route_commands),
):
    main.add_command(command)


@main.command()
@click.option("--env", "as_env", is_flag=True, help="As a .env file, secrets left out.")
@as_json
def settings(*, as_env: bool, as_json: bool) -> None:
    """Every setting: its value, whether it is the default, and why. Secrets are masked."""
    from uball_assets.settings.env_file import env_file
    from uball_assets.settings.names import described

    loaded = _load()
    if as_env:
        click.echo(env_file(loaded), nl=False)
        return
    rows = described(loaded)
    if as_json:
        print_json({row.name: row._asdict() for row in rows})
        return
    for row in rows:
        click.echo(f"{row.name}={row.value}" + ("" if row.is_default else "   (set)"))
        click.echo(f"    {row.why}")


@main.command()
@as_json
def demo(*, as_json: bool) -> None:
    """Film a small league, run the whole loop on it, and show what the models learned. A few minutes.

    It is a league of its own, in .uball/demo where UBALL_HOME is not set: `uball dev --demo` shows it.
    """
    from uball_assets.demo.run import run_demo
    from uball_assets.settings import DEMO_HOME

    report = run_demo(_load(DEMO_HOME), lambda line: click.echo(line, err=as_json))
    if as_json:
        print_json(report.to_dict())
    else:
        click.echo(report.text())


@main.command(name="import", epilog=f"Labels of plays: {', '.join(LABELS)}.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--game-id", required=True, help="The game's name: letters, digits, '_' and '-'.")
@click.option(
    "--plays", type=click.Path(path_type=Path), help="Table of plays: .csv, .xlsx, .json or .jsonl."
)
@click.option(
    "--offsets",
    "offsets_file",
    type=click.Path(path_type=Path),
    help="Table of camera and seconds, in any form that plays may have: file time minus game time.",
)
@click.option("--offset", "offset_pairs", multiple=True, metavar="CAMERA=SECONDS", help="One such offset.")
@click.option(
    "--period-start",
    "period_pairs",
    multiple=True,
    metavar="PERIOD=TIME",
    help="Game time at which a period begins, where the table's times begin again with each.",
)
@click.option("--date", help="The day it was played: 2026-03-18.")
@click.option("--team-a", help="As written behind a player: 'Player #7 (Gray)' is Gray.")
@click.option("--team-b", help="The other team.")
@click.option(
    "--replace", "replace_videos", is_flag=True, help="Put videos in the place of others stored before."
)
@click.option("--sync", "sync_rows", is_flag=True, help="Delete stored plays that the table no longer has.")
@click.option(
    "--allow-no-plays", "accept_no_plays", is_flag=True, help="A table without a sound play is meant so."
)
@click.option("--dry-run", is_flag=True, help="Check everything, write nothing.")
@as_json
def import_(
    *,
    folder: Path,
    game_id: str,
    plays: Path | None,
    offsets_file: Path | None,
    offset_pairs: tuple[str, ...],
    period_pairs: tuple[str, ...],
    date: str | None,
    team_a: str | None,
    team_b: str | None,
    replace_videos: bool,
    sync_rows: bool,
    accept_no_plays: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring in a game of your own: a FOLDER with its camera files, and a table of plays.

    The camera is read from each file's name: FAR_LEFT.mp4, game1_farleft.mp4, near-right/video.mov,
    2026-03-18_game1_NR.mp4. A play needs side, start, end and classification; times are seconds or h:mm:ss.
    Without --plays the model annotates the game. Doing it again is safe: rows with an id change the play of
    that id, rows without one the stored play of their side and label that is nearest; changes are listed.
    """
    from uball_assets.commands.checked_game import log_checked, summary
    from uball_assets.commands.operating.log_lines import command_log
    from uball_assets.importing.game import (
        GameFiles,
        add_partition,
        check_game,
        offsets_in,
        period_starts_in,
        store_game,
    )
    from uball_assets.importing.offsets import read_offsets

    if sync_rows and not plays:
        raise click.UsageError("--sync needs --plays: the table that the database is to be as")
    loaded = _load()
    listed = read_offsets(offsets_file, loaded.plays_encoding) if offsets_file else []
    files = GameFiles(
        game_id,
        folder,
        plays,
        offsets_in([*listed, *map(_camera_and_seconds, offset_pairs)]),
        date,
        (team_a, team_b),
        replace_videos=replace_videos,
        accept_no_plays=accept_no_plays,
        sync_rows=sync_rows,
        period_starts_s=period_starts_in(pair.partition("=")[::2] for pair in period_pairs),
    )
    if loaded.holds_demo:
        click.echo(f"note: {_SHARED_WITH_THE_DEMO.format(loaded.home)}", err=True)
    with command_log(loaded, "import", game_id) as log:
        game = check_game(loaded, files)
        log_checked(log, game)
        if not as_json:
            for line in summary(game):
                click.echo(line)
        if not dry_run:
            store_game(loaded, game, log.echo)
        is_partition = not dry_run and add_partition(loaded, game.files.game_id)
    if as_json:
        print_json(game.to_dict() | {"dry_run": dry_run, "is_partition": is_partition})
        return
    click.echo(_next_step(game.files.game_id, dry_run=dry_run, is_partition=is_partition))


@main.command()
@click.option(
    "--check",
    "is_check",
    is_flag=True,
    help="Only what is broken; exit code 0: nothing, 3: to look at, 4: broken.",
)
@click.option(
    "--watch",
    "every_s",
    type=click.FloatRange(1, 3600),
    help="Only what is broken, again every so many seconds.",
)
@as_json
def status(*, is_check: bool, every_s: float | None, as_json: bool) -> None:
    """What is broken now; every game (grade, clips, examples, in which model), every model (accuracy, does it
    serve?), alerts.
    """
    from uball_assets.commands.operating import broken_now
    from uball_assets.domain.errors import Permanent
    from uball_assets.status import read_status, troubled

    loaded = _load()
    if every_s:
        broken_now.watch(loaded, every_s)
    if is_check:
        raise SystemExit(broken_now.check(loaded, as_json=as_json))
    if not as_json:
        _show_troubled(troubled(loaded))
    now = read_status(loaded)
    if as_json:
        print_json(now.to_dict())
    else:
        if now.games or now.findings:
            click.echo("\n".join(broken_now.lines(now.findings, time.time())) + "\n")
        _show_status(now)
        if now.usual_game:
            click.echo(f"\nA game usually takes {now.usual_game}.")
        for alert in now.alerts:
            click.echo(f"\nALERT {alert}")
        _show_strangers(now.strangers)
    if now.damaged:
        raise Permanent("; ".join(now.damaged))


@main.command()
@as_json
def why(*, as_json: bool) -> None:
    """Why a training would, or would not, start now."""
    from uball_assets.automation.instance import open_instance
    from uball_assets.automation.situation import why as reason_now
    from uball_assets.resources import record

    loaded = _load()
    registry = record(loaded)
    with open_instance(loaded) as instance:
        reason = reason_now(loaded, registry, instance)
    if as_json:
        print_json({"reason": reason})
    else:
        click.echo(reason)


@main.command()
@click.argument("game_id")
@click.option("--suggest", is_flag=True, help="Also the offsets to enter; none is ever written.")
@click.option(
    "--search",
    "search_s",
    type=click.FloatRange(30, 600),
    default=30.0,
    show_default=True,
    help="How many seconds an offset may be off; more takes longer.",
)
@click.option("--accept", "accepted", metavar="CAMERA", help="A person decides: this stored offset holds.")
@click.option("--why", help="With --accept: the reason, kept on the record.")
@click.option("--by", help="With --accept: who decides; without it, this machine's user.")
@as_json
def sync(
    *,
    game_id: str,
    suggest: bool,
    search_s: float,
    accepted: str | None,
    why: str | None,
    by: str | None,
    as_json: bool,
) -> None:
    """Whether the cameras' stored offsets and clocks agree with the sound of their videos.

    A camera that its sound contradicts by more than a play lasts gives no clips until its offset is
    corrected, or accepted by a person: --accept CAMERA --why "…".
    """
    from uball_assets.adapters.record.sync_decisions import accept, with_decisions
    from uball_assets.domain.footage import sync_report
    from uball_assets.resources import plays_database, record, videos_store
    from uball_assets.services.sync_audit import audit_game

    angle = _camera(accepted) if accepted else None
    if bool(accepted) != bool(why) or (by and not accepted):
        raise click.UsageError("--accept CAMERA and --why go together")
    loaded = _load()
    registry = record(loaded)
    rig, audit = audit_game(videos_store(loaded), plays_database(loaded), game_id, search_s)
    if angle:
        decision = accept(registry, rig, audit, angle, by or getuser(), why or "")
        click.echo(
            f"on the record: {decision['by']} accepts {angle} at {decision['stored_offset_s']:+g} s, "
            f"{decision['recorded_at']}: {decision['why']}. Its clips are cut when the game is materialised.",
            err=as_json,
        )
    audit = with_decisions(registry, rig, audit)
    if as_json:
        print_json(sync_report.to_dict(audit))
        return
    click.echo(table([dict(row) for row in sync_report.as_rows(audit)]))
    if suggest:
        click.echo("\n" + sync_report.advice(audit))


@main.command()
@as_json
def version(*, as_json: bool) -> None:
    """The platform's version."""
    from importlib.metadata import version as version_of

    number = version_of("uball_assets")
    if as_json:
        print_json({"uball_assets": number})
    else:
        click.echo(f"uball_assets {number}")


def _load(default_home: Path | None = None) -> Settings:
    """The settings; what a person should know of them goes to stderr."""
    from uball_assets.settings import load_settings

    loaded = load_settings(default_home)
    for notice in loaded.notices:
        click.echo(f"note: {notice}", err=True)
    return loaded


def _camera(text: str) -> Angle:
    from uball_assets.domain.footage.angles import Angle

    try:
        return Angle(text.strip().upper().replace("-", "_"))
    except ValueError:
        raise click.BadParameter(f"{text!r}: write {', '.join(Angle)}", param_hint="--accept") from None


def _camera_and_seconds(pair: str) -> tuple[str, str]:
    camera, equals, seconds = pair.partition("=")
    if not equals:
        raise click.BadParameter(f"{pair!r}: write it as FAR_LEFT=1.25", param_hint="--offset")
    return camera, seconds


def _next_step(game_id: str, *, dry_run: bool, is_partition: bool) -> str:
    if dry_run:
        return "\nNothing was written: this was a dry run."
    seen = f"game {game_id} is a partition now" if is_partition else "the games sensor will find it"
    return f"\nDone: {seen}. Next: open `make dev` and materialise it, or switch on games_sensor there."


def _show_status(now: Status) -> None:
    if not now.games:
        click.echo("No games yet: run `uball demo`, or bring in yours with `uball import`.")
        return
    games = [
        {
            "game": game.title,
            "id": game.game_id,
            "grade": game.verdict,
            **_counts(game),
            "learned by": game.first_model or "-",
            "annotated by": game.annotated_by or "-",
        }
        for game in now.games
    ]
    click.echo(table(games))
    for game in now.games:
        if game.grade in ("C", "F"):
            click.echo(f"\ngrade {game.grade}, {game.title} ({game.game_id}):")
            click.echo("\n".join(f"  {reason}" for reason in game.reasons))
    models = [
        {
            "model": model.label,
            "games": model.games,
            "examples": model.train_examples,
            "plays right": _share(model.play_accuracy),
            "3PT or 4PT": _share(model.three_four),
            "on": _which_set(model),
            "serves": f"{model.weight_percent:g} %" if model.weight_percent else "-",
        }
        for model in now.models
    ]
    click.echo("\n" + (table(models) if models else "No model yet; `uball why` says what is missing."))


def _which_set(model: ModelStatus) -> str:
    """Scores of two sets cannot be compared."""
    if model.scored_on is None:
        return "-"
    return "newest set" if model.is_on_newest_set else f"earlier set {model.scored_on[:8]}"


def _counts(game: GameStatus) -> dict[str, str]:
    """What came out of the game; of one that waits nothing is known yet."""
    summary = {
        "cameras": str(len(game.cameras)),
        "plays": f"{game.plays} of {game.rows}",
        "clips": f"{game.clips_accepted} of {game.clips_wanted}",
        "examples": f"{game.train_examples} + {game.validation_examples}",
        "left out": str(game.quarantined),
    }
    return summary if game.is_processed else dict.fromkeys(summary, "-")


def _show_troubled(sources: list[SourceState]) -> None:
    """First of all, for the rest may not be readable without them."""
    for source in sources:
        again = f"in {source.next_in_s:.0f} s" if source.next_in_s else "by the next who needs it"
        failed = f"{source.state}, {source.failures} failures in a row, asked again {again}"
        click.echo(f"{source.source} is down ({failed}): {source.why}")


def _show_strangers(addresses: list[str]) -> None:
    if addresses:
        more = len(addresses) - _STRANGERS_SHOWN
        shown = [*addresses[:_STRANGERS_SHOWN], *([f"and {more} more, in --json"] if more > 0 else [])]
        click.echo("\nPassed over, neither video nor entry of the record:\n  " + "\n  ".join(shown))


def _again(message: str) -> str:
    """A passing trouble's message, with its remedy once: some say themselves what to do first."""
    says_to_retry = any(words in message for words in ("again", "try later"))
    return message if says_to_retry else f"{message}; try again"


def _share(interval: dict[str, Any] | None) -> str:
    if interval is None or interval.get("value") is None:
        return "-"
    return f"{interval['value']:.1%} ({interval['low']:.1%} to {interval['high']:.1%})"
