"""One game's clips cut on three Ray nodes are those of one, whatever happens to the nodes meanwhile.

All is cut in the same place, because clips are named by their address; on the cluster ffmpeg is slow, so that
there is time for something to happen.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from uball_assets.resources import Resources, build_resources
from uball_assets.settings import Settings
from uball_assets_tests.daemon.ui import Run, Ui
from uball_assets_tests.daemon.waiting import wait_for
from uball_assets_tests.scale import machines
from uball_assets_tests.scale.machines import Machine
from uball_assets_tests.scale.ray.season_end import objects_in

if TYPE_CHECKING:
    from uball_assets_tests.scale.ray.cluster import Cluster

pytestmark = [
    pytest.mark.scale,
    pytest.mark.skipif(not machines.may_be_made(), reason="needs root and iproute2: networks are made"),
]

NODES = 3
CAMERA = "clips/FAR_LEFT"
GAMES = ("g1", "g2", "g3")
CLIPS = 30
"""Of the camera, of each game."""
SLOW_FFMPEG = '#!/bin/sh\nsleep 0.8\nexec {ffmpeg} "$@"\n'
SOON_S, RUN_S = 30.0, 120.0


@dataclass(frozen=True)
class League:
    """Games that were cut once on one machine, and a cluster to cut them again on."""

    cluster: Cluster
    outside: Resources
    alone: dict[str, str]
    """What the store held then: hashes of bytes by name."""

    @property
    def ui(self) -> Ui:
        return self.cluster.platform.ui

    def begin(self, game_id: str) -> str:
        """The run that cuts the camera's clips of a game, all of which are gone before."""
        gone = [
            info.name
            for info in self.outside.training.list(f"games/{game_id}/clips/")
            if info.name.endswith("_FAR_LEFT.mp4")
        ]
        assert len(gone) == CLIPS
        for name in gone:
            self.outside.training.delete(name)
        return self.ui.materialize(game_id, CAMERA)

    def attempts(self, run_id: str) -> list[Run]:
        """The run and those that repeat it, the newest first."""
        runs = self.ui.runs()
        return [one for one in runs if run_id in (one.run_id, one.tags.get("dagster/root_run_id"))]

    def success(self, run_id: str) -> Run:
        """The attempt that succeeded."""

        def found() -> Run | None:
            self.cluster.keep_up()
            with suppress(OSError, AssertionError, KeyError):  # it is being started again
                return next((one for one in self.attempts(run_id) if one.status == "SUCCESS"), None)
            return None

        return wait_for(f"success of {run_id}", found, RUN_S, self.seen)

    def own_node(self, run_id: str) -> Machine:
        def found() -> Machine | None:
            name = self.ui.run(run_id).tags.get("uball/node")
            return next((node for node in self.cluster.workers if f"node{node.number}" == name), None)

        return wait_for("the run's node", found, SOON_S, self.seen)

    def helping(self) -> list[Machine]:
        """Nodes with a place for a run on another one."""
        return [node for node in self.cluster.workers if cutting(node)]

    def someone_helps(self) -> Machine:
        """A node that cuts for a run on another one, once some clips are there."""

        def found() -> Machine | None:
            helping = [node for node in self.cluster.workers if cutting(node, b"ray::CuttingNode.cut")]
            return helping[0] if helping and self.there() > CLIPS // 6 else None

        return wait_for("a node that helps", found, SOON_S, self.seen, poll_s=0.1)

    def there(self) -> int:
        """Clips of the camera in the first game."""
        names = [info.name for info in self.outside.training.list("games/g1/clips/")]
        return sum(name.endswith("_FAR_LEFT.mp4") for name in names)

    def cut_now(self, run_id: str) -> int:
        [counts] = self.ui.counts(run_id)
        return counts["cut_now"]

    def is_as_alone(self) -> bool:
        return objects_in(self.cluster.platform.home / "training") == self.alone

    def seen(self) -> str:
        platform = self.cluster.platform
        return "\n".join([self.ui.seen(), self.cluster.log_tail(), platform.log_tail()])


def cutting(node: Machine, title: bytes = b"ray::CuttingNode") -> list[int]:
    """Its processes that cut for another node's run, frozen ones too: Ray names them by what they do."""
    found = []
    for pid in node.processes():
        with suppress(OSError):
            if Path(f"/proc/{pid}/cmdline").read_bytes().startswith(title):
                found.append(pid)
    return found


@pytest.fixture(scope="module")
def league(tmp_path_factory: pytest.TempPathFactory) -> Iterator[League]:
    from uball_assets_tests.scale.postgres_server import PostgresServer
    from uball_assets_tests.scale.ray.cluster import Cluster

    folder = tmp_path_factory.mktemp("one-game")
    settings = {
        "UBALL_AUTOMATION_ON": "",
        "UBALL_CLIP_NODES": str(NODES),
        "UBALL_CLIP_MODE": "reencode",
        "UBALL_WORKERS": "1",
        "UBALL_FFMPEG": str(slow_ffmpeg(folder)),
        "UBALL_ATTEMPT_BACKOFF_S": "1",
    }
    with machines.network():
        postgres = PostgresServer(machines.HUB)
        cluster = Cluster.build(folder / "platform", folder / "machines", settings, postgres, NODES)
        try:
            alone = cut_on_one_machine(cluster.platform.home, folder / "originals")
            cluster.start()
            for game_id in GAMES:
                cluster.platform.ui.add_partition(game_id)
            yield League(cluster, build_resources(Settings(checkout=folder / "platform")), alone)
        finally:
            cluster.stop()
            postgres.close()


def slow_ffmpeg(folder: Path) -> Path:
    from uball_assets.media.cutting.reencode import ffmpeg_binary

    script = folder / "ffmpeg-slow"
    script.write_text(SLOW_FFMPEG.format(ffmpeg=ffmpeg_binary()))
    script.chmod(0o755)
    return script


def cut_on_one_machine(home: Path, originals: Path) -> dict[str, str]:
    from uball_assets_tests.league import filmed_game, new_platform

    filmed = filmed_game(originals)
    platform = new_platform(home, filmed, originals, clip_mode="reencode", clip_nodes=NODES)
    for game_id in GAMES:
        platform.add_game(game_id, rows(game_id, filmed.plays))
        for asset in ("raw_videos", "plays", CAMERA):
            assert platform.materialize(asset, game_id=game_id).success
    return objects_in(home / "training")


def rows(game_id: str, plays: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The plays of the left half again and again, each time a little earlier: another play by its times."""
    left = [play for play in plays if play["angle"] == "LEFT"]
    times = ("start_timestamp", "end_timestamp", "timestamp_seconds")
    return [
        {
            **(play := left[number % len(left)]),
            **{name: float(play[name]) - 0.07 * (number // len(left)) for name in times},
            "id": f"{game_id}-{number:03d}",
            "game_id": game_id,
        }
        for number in range(CLIPS)
    ]


def test_three_nodes_cut_what_one_would(league: League) -> None:
    run_id = league.begin("g1")
    league.someone_helps()
    run = league.success(run_id)
    [counts] = league.ui.counts(run.run_id)
    assert counts["cut_now"] == CLIPS
    assert counts["cut_on_other_nodes"] >= CLIPS // 3
    assert run.run_id == run_id
    assert league.is_as_alone()
    assert league.helping() == []


def test_a_node_that_is_killed_while_it_helps_costs_nothing(league: League) -> None:
    run_id = league.begin("g1")
    node = league.someone_helps()
    node.kill()
    run = league.success(run_id)
    league.cluster.boot(node)
    assert run.run_id == run_id, "the run itself went on"
    assert league.cut_now(run_id) == CLIPS
    assert league.is_as_alone()


def test_a_node_that_was_frozen_while_it_helped_writes_nothing_when_it_wakes(league: League) -> None:
    run_id = league.begin("g1")
    node = league.someone_helps()
    node.freeze()
    run = league.success(run_id)
    assert run.run_id == run_id
    assert league.is_as_alone()
    before = written(league)
    node.thaw()
    wait_for("end of the thawed process", lambda: not cutting(node), SOON_S, league.seen)
    assert written(league) == before


def test_the_runs_own_node_is_killed_and_those_that_helped_have_ended_before_it_is_repeated(
    league: League,
) -> None:
    run_id = league.begin("g1")
    league.someone_helps()
    own = league.own_node(run_id)
    own.kill()

    def is_repeated() -> bool:
        league.cluster.keep_up()
        return len(league.attempts(run_id)) > 1

    wait_for("end of those that helped", lambda: not league.helping(), SOON_S, league.seen)
    wait_for("another attempt", is_repeated, RUN_S, league.seen, poll_s=0.1)
    league.cluster.boot(own)
    run = league.success(run_id)
    assert run.run_id != run_id
    assert 0 < league.cut_now(run.run_id) < CLIPS, "what was there was not cut again"
    assert league.is_as_alone()


def test_a_cancelled_run_ends_the_work_on_other_nodes(league: League) -> None:
    run_id = league.begin("g1")
    league.someone_helps()
    league.ui.cancel(run_id)
    wait_for("its end", lambda: league.ui.run(run_id).status == "CANCELED", SOON_S, league.seen)
    wait_for("end of those that helped", lambda: not league.helping(), SOON_S, league.seen)
    before = written(league)
    run = league.ui.materialize("g1", CAMERA)
    league.success(run)
    assert before.items() <= written(league).items(), "what was there was not cut again"
    assert league.is_as_alone()


def test_nodes_that_are_full_of_runs_wait_for_none_of_each_other(league: League) -> None:
    run_ids = [league.begin(game_id) for game_id in GAMES]
    assert [league.success(run_id).run_id for run_id in run_ids] == run_ids
    assert league.is_as_alone()
    assert league.helping() == []


def written(league: League) -> dict[str, float]:
    """When each clip of the first game was."""
    folder = league.cluster.platform.home / "training/games/g1/clips"
    return {path.name: path.stat().st_mtime for path in folder.iterdir() if path.suffix == ".mp4"}
