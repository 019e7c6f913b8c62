"""All of the jobs' parts for one league, opened once by whoever serves them.

Belongs here: putting them together, and the history as it is shown. Not here: what each does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import dagster as dg

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.automation.api_jobs.address import webserver_address
from uball_assets.automation.api_jobs.keeping import Keeper
from uball_assets.automation.api_jobs.kept import KeptJobs
from uball_assets.automation.api_jobs.launching import Launcher
from uball_assets.automation.api_jobs.reading import Job, Place, Reader
from uball_assets.automation.api_jobs.webserver import Webserver
from uball_assets.automation.runs.notes import RunNotes
from uball_assets.automation.runs.of_instance import InstanceNotes
from uball_assets.domain.operating.jobs import State
from uball_assets.settings import Settings

_LEAST_READ, _MOST_READ = 50, 5000


@dataclass(frozen=True)
class Desk:
    jobs: KeptJobs
    launcher: Launcher
    keeper: Keeper
    webserver: Webserver
    notes: RunNotes

    def shown(
        self,
        wanted: Callable[[Job], bool],
        hidden: Mapping[str, float],
        limit: int,
        after: Place | None = None,
        state: State | None = None,
    ) -> tuple[list[Job], Place | None]:
        """The newest jobs of those wanted, and behind which place the next ones begin; None at the end.

        `hidden`: by state, jobs that ended before that are left out. `state`: only those in it.
        """
        found: list[Job] = []
        read = 0
        while read < _MOST_READ and (page := self.jobs.history(max(_LEAST_READ, limit), after, state)):
            read += len(page)
            for job in page:
                after = job.place
                if wanted(job) and state in (None, job.state) and not is_hidden(job, hidden):
                    found.append(job)
                if len(found) == limit:
                    return found, after
        return found, (after if read >= _MOST_READ else None)


def is_hidden(job: Job, hidden: Mapping[str, float]) -> bool:
    return job.ended_at_s is not None and job.ended_at_s < hidden.get(job.state, 0.0)


def open_desk(settings: Settings, instance: dg.DagsterInstance, plays_db: PlaysDb) -> Desk:
    reader = Reader(instance)
    jobs = KeptJobs(reader)
    webserver = Webserver(lambda: webserver_address(settings), settings.league)
    launcher = Launcher(instance, reader, webserver, plays_db, settings.run_tags)
    return Desk(jobs, launcher, Keeper(reader, jobs, webserver), webserver, InstanceNotes(instance))
