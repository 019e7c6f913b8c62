"""Whether Vertex AI lets this account in, and how many of its jobs run.

Belongs here: questions that cost nothing. Not here: the base model (`base`), or a question to a model, which
would cost something.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from uball_assets.adapters.models.vertex.clients import VertexClients
from uball_assets.services.doctor.findings import Finding, ok, skipped

QUOTA = 1
"""Tuning jobs that a project may run at once, over all locations, unless Google was asked for more."""
PATIENCE_S = 5.0
"""For one answer: several must fit into the time that a check has."""
FIRST_WAIT_S = 0.25
_LOOKED_AT = 100
"""The newest jobs; a running one is among them."""


def look_at_vertex(clients: VertexClients, location: str) -> Iterator[Finding]:
    """Lists tuning and batch jobs: login, project, service and rights in one. Raises as the clients do."""
    tuning = clients.ask("list tuning jobs", location, _newest_tuning_jobs)
    running = sum(not job.has_ended for job in tuning)
    more = "" if running < QUOTA else f"; the usual quota is {QUOTA}: the next one waits, or is refused"
    yield ok("vertex: tuning jobs", f"the login holds; {len(tuning)} jobs in {location}, {running} run{more}")
    batches = clients.ask("list batch jobs", location, _newest_batch_jobs)
    yield ok("vertex: batch jobs", f"{len(batches)} in {location}")


def cannot_be_asked(training_url: str) -> Iterator[Finding]:
    """What only a first job shows."""
    agent = "service-PROJECT_NUMBER@gcp-sa-aiplatform.iam.gserviceaccount.com"
    seen = f"cannot be asked: Vertex AI's own account, {agent}, must read {training_url} (docs/cloud.md, 3)"
    yield skipped("vertex: reads the training bucket", seen)


def _newest_tuning_jobs(client: Any) -> list[Any]:
    from google.genai import types

    return list(
        islice(client.tunings.list(config=types.ListTuningJobsConfig(page_size=_LOOKED_AT)), _LOOKED_AT)
    )


def _newest_batch_jobs(client: Any) -> list[Any]:
    from google.genai import types

    return list(
        islice(client.batches.list(config=types.ListBatchJobsConfig(page_size=_LOOKED_AT)), _LOOKED_AT)
    )
