"""Ray's Jobs API, asked with patience that ends.

Ray's own client waits for ever: a head that is frozen or cut off would stop the daemon that asks it.

Belongs here: how the API is asked. Not here: what for (`ray_launcher`).
"""

from __future__ import annotations

from typing import Any

from ray.job_submission import JobSubmissionClient

_PATIENCE_S = 10.0


class PatientJobs(JobSubmissionClient):  # type: ignore[misc]  # Ray has no types here
    """Raises what the original does, and `requests.Timeout`."""

    def _do_request(self, method: str, endpoint: str, **words: Any) -> Any:
        return super()._do_request(method, endpoint, **{"timeout": _PATIENCE_S, **words})
