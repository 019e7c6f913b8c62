"""`uball plan`: what a league of so many courts takes, and when its games are annotated. It spends nothing.

Belongs here: the question, from options, settings and the record. Not here: the plan (`domain.planning`), its
words (`plan_words`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from uball_assets.commands.answers import as_json, print_json
from uball_assets.commands.deployment.plan_words import comparison, plan_text
from uball_assets.commands.league.loading import load

if TYPE_CHECKING:
    from uball_assets.domain.planning.calibrating import Record
    from uball_assets.domain.planning.league import Film, League, Machines, Region, Ways
    from uball_assets.domain.planning.money import Prices
    from uball_assets.domain.planning.plan import Plan
    from uball_assets.settings import Settings

_GAMES_A_COURT = 4
_COMPARED = (1, 10, 100, 1000)
_REGION_FORM = "NAME=COURTS, then if need be ,games-a-week=N ,machines=N ,court-line=MBIT"
_OPEN = "mon-fri 18-22, sat-sun 10-20"


@click.command()
@click.option("--courts", type=click.IntRange(min=1), help="Of the league; 1 where nobody says.")
@click.option("--games-a-week", type=click.IntRange(min=1), help="In all; four a court where nobody says.")
@click.option(
    "--region",
    "regions",
    multiple=True,
    metavar="NAME=COURTS[,…]",
    help=f"In place of --courts, once a region: {_REGION_FORM}. Clips are cut where the videos lie; what "
    "crosses a border is told. The first region, or UBALL_TUNING_LOCATION on vertex, is where models are.",
)
@click.option("--film-hours", type=click.FloatRange(min=0.01, max=12), help="Of a game; 2 where nobody says.")
@click.option(
    "--open",
    "opening",
    default=_OPEN,
    show_default=True,
    help="Days and hours in which courts are played on.",
)
@click.option(
    "--with-plays", type=click.FloatRange(0, 1), help="Share of games whose plays people write down."
)
@click.option("--cores", type=click.IntRange(min=1), help="Of a machine; this one's where nobody says.")
@click.option("--machines", type=click.IntRange(min=1), help="In each region; the fewest that do without it.")
@click.option(
    "--runs-at-once",
    type=click.IntRange(min=1),
    help="On a machine, as max_concurrent_runs has it; one a core, and two at least, without it.",
)
@click.option(
    "--court-line",
    type=click.FloatRange(min=0.1),
    default=100.0,
    show_default=True,
    help="Mbit/s up, a court.",
)
@click.option(
    "--machine-line",
    type=click.FloatRange(min=1),
    default=1000.0,
    show_default=True,
    help="Mbit/s, a machine.",
)
@click.option("--like-the-record", is_flag=True, help="Games as the record's are: their films and plays.")
@click.option("--no-record", is_flag=True, help="By what is believed alone: no store is asked.")
@click.option("--table", "is_compared", is_flag=True, help="1, 10, 100 and 1,000 courts side by side.")
@click.option("--seed", type=int, default=7, show_default=True, help="Of the games' hours: another season.")
@as_json
def plan(
    *,
    courts: int | None,
    games_a_week: int | None,
    regions: tuple[str, ...],
    film_hours: float | None,
    opening: str,
    with_plays: float | None,
    cores: int | None,
    machines: int | None,
    runs_at_once: int | None,
    court_line: float,
    machine_line: float,
    like_the_record: bool,
    no_record: bool,
    is_compared: bool,
    seed: int,
    as_json: bool,
) -> None:
    """Cores, lines, disk, money and hours from whistle to annotations, for a league of so many courts.

    Weeks of games are simulated, seeded, on what their steps were measured to cost: by this league's record
    where it has such games, else by the benchmarks in docs/. Each figure has a range; each number behind it
    is listed with its source.
    """
    if regions and (courts or games_a_week or is_compared):
        raise click.UsageError(
            "--region says the courts and games itself: leave out --courts, --games-a-week"
        )
    if is_compared and (courts or games_a_week or machines):
        raise click.UsageError("--table says the courts, games and machines itself")
    if like_the_record and (film_hours or no_record):
        raise click.UsageError("--like-the-record goes with neither --film-hours nor --no-record")
    from uball_assets.domain.planning.league import League, Machines
    from uball_assets.domain.planning.opening import parse_opening

    settings = load()
    record = _record(settings, is_read=not no_record)
    machine = Machines(cores or settings.workers, machines, runs_at_once, machine_line)
    film = _film(record, film_hours, like_the_record=like_the_record)
    hours = parse_opening(opening)

    def planned(found: tuple[Region, ...]) -> Plan:
        league = League(found, film, hours, _ways(settings), settings.goals.lag_h, seed)
        return _planned(settings, league, record, with_plays)

    if is_compared:
        plans = [
            planned((_region(count, _GAMES_A_COURT * count, court_line, machine),)) for count in _COMPARED
        ]
        if as_json:
            print_json([one.to_dict() for one in plans])
        else:
            click.echo(comparison(plans))
        return
    chosen = tuple(_told_region(text, court_line, machine) for text in regions)
    count = courts or 1
    found = chosen or (_region(count, games_a_week or _GAMES_A_COURT * count, court_line, machine),)
    one = planned(found)
    if as_json:
        print_json(one.to_dict())
    else:
        click.echo(plan_text(one))


def _planned(settings: Settings, league: League, record: Record, with_plays: float | None) -> Plan:
    from uball_assets.domain.planning.assumptions import Basis, believed
    from uball_assets.domain.planning.plan import plan_league
    from uball_assets.domain.planning.ranges import exactly

    known = believed(league.ways)
    if with_plays is not None:
        name = "with_plays_share"
        told = replace(known[name], value=exactly(with_plays), basis=Basis.TOLD, source="--with-plays")
        known[name] = told
    home = _home(settings, league)
    return plan_league(league, known, record, _prices(settings), settings.ceilings, home)


def _record(settings: Settings, *, is_read: bool) -> Record:
    from uball_assets.domain.planning.calibrating import Record
    from uball_assets.resources import record, training_store
    from uball_assets.services.planning.measured_games import read_record

    if not is_read:
        return Record()
    is_served = settings.trainer == "vertex" and settings.annotate_by == "online"
    return read_record(record(settings), training_store(settings), settings.workers, is_served=is_served)


def _film(record: Record, hours: float | None, *, like_the_record: bool) -> Film:
    from uball_assets.domain.errors import Permanent
    from uball_assets.domain.planning.league import Film

    if not like_the_record:
        return Film(hours or 2.0)
    if record.film is None:
        raise Permanent(
            f"this record has {len(record.games)} games that came through, and three at least tell what a "
            "game is like: say --film-hours instead"
        )
    return record.film


def _ways(settings: Settings) -> Ways:
    from uball_assets.domain.planning.league import Ways

    return Ways(
        clip_mode=settings.clip_mode,
        trainer=settings.trainer,
        annotate_by=settings.annotate_by,
        base_model=settings.base_model,
        media_resolution=settings.media_resolution,
        train_on=settings.train_on,
        replay_per_new=settings.replay_per_new,
        epochs=settings.epochs,
        evaluation_plays=settings.evaluation_plays,
        trainings_a_week=settings.trainings_a_week,
        games_a_training=settings.retrain_then_every_games,
        sensor_interval_s=float(settings.sensor_interval_s),
        is_copied=bool(settings.source_url),
    )


def _prices(settings: Settings) -> Prices:
    from uball_assets.domain.planning.money import Prices
    from uball_assets.domain.spending.service_prices import SERVICES

    def service(url: str) -> str:
        scheme = url.partition("://")[0]
        return scheme if scheme in SERVICES else ""

    return Prices(
        settings.price_table,
        settings.service_price_table,
        service(settings.videos_url),
        service(settings.training_url),
        service(settings.source_url),
    )


def _home(settings: Settings, league: League) -> str:
    """Where models are taught and asked."""
    return settings.tuning_location if settings.trainer == "vertex" else league.regions[0].name


def _region(courts: int, games: int, court_line: float, machine: Machines, name: str = "") -> Region:
    from uball_assets.domain.planning.league import Region

    return Region(name, courts, games, court_line, machine)


def _told_region(text: str, court_line: float, machine: Machines) -> Region:
    """`eu=6,games-a-week=20,machines=2,court-line=50`."""
    first, *more = [part.partition("=") for part in text.split(",")]
    name, courts = first[0].strip(), _number(first[2], text)
    said: Mapping[str, float] = {word.strip(): _number(value, text) for word, _, value in more}
    if not name or set(said) - {"games-a-week", "machines", "court-line"}:
        raise click.BadParameter(f"{text!r}: write {_REGION_FORM}", param_hint="--region")
    own = replace(machine, count=int(said["machines"])) if "machines" in said else machine
    games = said.get("games-a-week", _GAMES_A_COURT * courts)
    return _region(int(courts), int(games), said.get("court-line", court_line), own, name)


def _number(text: str, whole: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < 1e6:
        raise click.BadParameter(
            f"{whole!r}: {text!r} is no number; write {_REGION_FORM}", param_hint="--region"
        )
    return number
