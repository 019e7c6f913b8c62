"""What is measured of a league, each in a process of its own: a new process is what every run and command is.

    python -m benchmarks.growth.probes NAME --home HOME [--request-ms 30]

Prints one JSON object. Belongs here: doing it once, cold, and again, warm. Not here: which sizes, gates or
tables (`__main__`).
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.growth.metered_store import SCHEME, Meter, MeteredStore

if TYPE_CHECKING:
    import dagster as dg

    from uball_assets.adapters.stores.object_store import ObjectStore
    from uball_assets.settings import Settings

WARM_TICKS = 3


@dataclass
class Measured:
    """Of one process."""

    meter: Meter
    began_s: float = field(default_factory=time.monotonic)
    told: dict[str, Any] = field(default_factory=dict)

    def lap(self, name: str, work: Callable[[], object]) -> None:
        """`{name}_s`, `{name}_cpu_s` and `{name}_requests` of the work."""
        wall_s, cpu_s, asked = time.monotonic(), time.process_time(), self.meter.requests
        beyond = self.meter.requests_beyond_clips
        work()
        self.told[f"{name}_s"] = time.monotonic() - wall_s
        self.told[f"{name}_cpu_s"] = time.process_time() - cpu_s
        self.told[f"{name}_requests"] = self.meter.requests - asked
        self.told[f"{name}_beyond_clips"] = self.meter.requests_beyond_clips - beyond


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("name", choices=sorted(PROBES))
    asked.add_argument("--home", type=Path, required=True)
    asked.add_argument("--request-ms", type=float, default=0.0)
    options = asked.parse_args()
    measured = Measured(Meter(options.request_ms / 1000))
    _meter_every_store(measured.meter)
    PROBES[options.name](measured, _settings(options.home))
    measured.told["process_cpu_s"] = time.process_time()
    measured.told["peak_mb"] = _peak_mb()
    measured.told["asked"] = dict(measured.meter.counted.most_common(12))
    print(json.dumps(measured.told))  # noqa: T201


def _peak_mb() -> float:
    """Of this program: `ru_maxrss` also counts what its parent was before it."""
    told = Path("/proc/self/status")
    lines = told.read_text().splitlines() if told.exists() else []
    peaks = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
    return (peaks[0] if peaks else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024


def _meter_every_store(meter: Meter) -> None:
    """Stores are opened in one place; here it hands out metered ones. They are a service that bills, as a
    bucket's is: what stands in them is entered on the record."""
    from uball_assets import resources
    from uball_assets.domain.store_addresses import SCHEMES, Scheme

    def opened(url: str, **_: Any) -> ObjectStore:
        return MeteredStore(Path(url.removeprefix("file://")), meter)

    vars(resources)["open_store"] = opened
    SCHEMES[SCHEME] = Scheme(SCHEME, module="", extra="", library="")


def _settings(home: Path) -> Settings:
    from uball_assets.settings import load_settings

    settings = load_settings()
    assert settings.home == home.absolute(), "UBALL_HOME names the league"
    return settings


def _ticks(sensor_name: str) -> Callable[[Measured, Settings], None]:
    """The first tick of a new code server, with an empty cursor; then warm ones, the quickest of which is
    told."""

    def probe(measured: Measured, settings: Settings) -> None:
        import dagster as dg

        from uball_assets.automation.instance import open_instance
        from uball_assets.definitions import build_defs
        from uball_assets.resources import build_resources

        defs, said = build_defs(settings), []
        resources = build_resources(settings).by_name()
        sensor = next(each for each in defs.sensors or () if each.name == sensor_name)
        cursor: str | None = None

        def tick(instance: dg.DagsterInstance) -> None:
            nonlocal cursor
            context = dg.build_sensor_context(
                instance=instance, cursor=cursor, definitions=defs, resources=resources
            )
            result: Any = sensor(context)
            cursor = result.cursor
            said.append(str(result.skip_reason.skip_message if result.skip_reason else result.run_requests))

        with open_instance(settings) as instance:
            measured.lap("cold", lambda: tick(instance))
            laps = []
            for _ in range(WARM_TICKS):
                measured.lap("warm", lambda: tick(instance))
                laps.append({name: measured.told[name] for name in measured.told if name.startswith("warm")})
        measured.told |= min(laps, key=lambda lap: float(lap["warm_s"]))
        measured.told |= {"cursor_bytes": len(cursor or ""), "said": said[-1][:200]}

    return probe


def _command(*words: str) -> Callable[[Measured, Settings], None]:
    """`uball …`, as from the shell: the interpreter's start is in the parent's time."""

    def probe(measured: Measured, settings: Settings) -> None:
        del settings
        from uball_assets.cli import main as uball

        said = io.StringIO()

        def run() -> None:
            with redirect_stdout(said):
                uball(list(words), standalone_mode=False)

        measured.lap("cold", run)
        measured.told["said"] = said.getvalue()[:200]

    return probe


def _one_more_game(measured: Measured, settings: Settings) -> None:
    """A game that has just arrived, whole, through its chain: examples, clips, annotations."""
    from uball_assets.automation.instance import open_instance
    from uball_assets.definitions import build_defs

    game_id = Path(settings.home / "one_more_game").read_text()
    job = build_defs(settings).resolve_job_def("game_job")

    def run() -> None:
        result = job.execute_in_process(
            partition_key=game_id,
            instance=instance,
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "ERROR"}}}},
        )
        failed = [event.message for event in result.all_events if event.is_step_failure]
        if failed:
            raise RuntimeError("; ".join(map(str, failed)))

    with open_instance(settings) as instance:
        instance.add_dynamic_partitions("games", [game_id])
        measured.lap("cold", run)


def _training_set(measured: Measured, settings: Settings) -> None:
    """The set of all games, as the next training would write it: one game has left since the last."""
    from uball_assets.assets.record.queries import eligible_games
    from uball_assets.assets.training_set import assemble
    from uball_assets.automation.runs.tables import TableNotes
    from uball_assets.domain.learning.manifest import Manifest
    from uball_assets.resources import build_resources

    resources = build_resources(settings)

    def run() -> None:
        manifest = Manifest(eligible_games(resources.registry, TableNotes(settings).partitions()).games[1:])
        assemble(resources.training, resources.registry, manifest, settings.evaluation_plays)

    measured.lap("cold", run)


def _definitions(measured: Measured, settings: Settings) -> None:
    """What `make dev` waits for before its pages can be shown: the code location loads."""

    def load() -> None:
        from uball_assets.automation.instance import open_instance
        from uball_assets.definitions import defs

        defs.get_repository_def().load_all_definitions()
        with open_instance(settings) as instance:
            instance.get_dynamic_partitions("games")

    measured.lap("cold", load)


PROBES: dict[str, Callable[[Measured, Settings], None]] = {
    "games_sensor": _ticks("games_sensor"),
    "retrain_sensor": _ticks("retrain_sensor"),
    "why": _command("why"),
    "status": _command("status"),
    "one_more_game": _one_more_game,
    "training_set": _training_set,
    "definitions": _definitions,
}

if __name__ == "__main__":
    main()
