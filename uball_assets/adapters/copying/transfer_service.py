"""Videos copied by Google's Storage Transfer Service: agentless, for amounts that no line of ours should
bear.

It needs `roles/storagetransfer.user` for this account, an AWS role that may read S3 (UBALL_TRANSFER_ROLE_ARN,
with web identity federation, so that no key is handed over), and that its own service account may write to
the bucket. Tested offline only, against a small server of its REST protocol.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from uball_assets.adapters.copying.job import Engine, Job, OnBytes, Outcome, below
from uball_assets.adapters.copying.verdict import verdicts
from uball_assets.adapters.stores.buckets import no_login, refusal, unreachable
from uball_assets.adapters.stores.gcs_store import LOGIN, GcsStore
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.s3_store import S3Store
from uball_assets.domain.errors import Permanent, Transient

SERVICE = "https://storagetransfer.googleapis.com/v1"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
POLL_S = 15.0
LONGEST_S = 24 * 3600.0
FAULTS_ALLOWED = 8
"""Polls in a row that are not answered, before waiting is given up; the job goes on by itself."""
_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class TransferService:
    """The REST calls. `http` is an AuthorizedSession."""

    http: Any
    project_id: str
    role_arn: str
    base_url: str = SERVICE
    poll_s: float = POLL_S

    def copy_all(
        self, source: S3Store, video_store: GcsStore, jobs: Sequence[Job], on_bytes: OnBytes
    ) -> Mapping[str, Outcome]:
        folder, target, names = below(jobs)
        job = self._called("POST", "/transferJobs", self._job(source, video_store, folder, target, names))
        run = self._called("POST", f"/{job['name']}:run", {"projectId": self.project_id})
        return verdicts(video_store, jobs, self._watched(str(run["name"]), on_bytes))

    def _job(
        self, source: S3Store, video_store: GcsStore, folder: str, target: str, names: Sequence[str]
    ) -> dict[str, Any]:
        return {
            "projectId": self.project_id,
            "description": "uball migrate",
            "status": "ENABLED",
            "transferSpec": {
                "awsS3DataSource": {
                    "bucketName": source.address.bucket,
                    "path": source.address.folder + folder,
                    "roleArn": self.role_arn,
                },
                "gcsDataSink": {
                    "bucketName": video_store.address.bucket,
                    "path": video_store.address.folder + target,
                },
                "objectConditions": {"includePrefixes": list(names)},
                "transferOptions": {"overwriteWhen": "DIFFERENT"},
            },
        }

    def _watched(self, operation: str, on_bytes: OnBytes) -> str:
        """'' once it succeeded, else why not. Raises Permanent where it is refused."""
        so_far, faults, begun_s = 0, 0, time.monotonic()
        while time.monotonic() - begun_s < LONGEST_S:
            try:
                now = self._called("GET", f"/{operation}", None)
                faults = 0
            except Transient:
                faults += 1
                if faults > FAULTS_ALLOWED:
                    raise
                now = {}
            metadata = now.get("metadata") or {}
            copied = int((metadata.get("counters") or {}).get("bytesCopiedToSink", so_far))
            on_bytes(max(0, copied - so_far))
            so_far = max(so_far, copied)
            if now.get("done"):
                return _why_not(now, str(metadata.get("status", "")))
            time.sleep(self.poll_s)
        return "the transfer runs for more than a day; look at it in the Google Cloud console"

    def _called(self, verb: str, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        from google.auth.exceptions import GoogleAuthError
        from requests.exceptions import RequestException

        doing = "use the Storage Transfer Service"
        try:
            answer = self.http.request(verb, self.base_url + path, json=body, timeout=_TIMEOUT_S)
        except GoogleAuthError as error:
            raise no_login(doing, error, LOGIN) from None
        except (RequestException, OSError) as error:
            raise unreachable(doing, error) from None
        if answer.status_code == 403:
            raise Permanent(
                f"cannot {doing}: this account may not; enable the API and grant roles/storagetransfer.user, "
                "and let its service account write to the bucket"
            )
        if answer.status_code != 200:
            raise refusal(doing, answer.status_code, "", LOGIN)
        try:
            return dict(answer.json())
        except ValueError:
            raise Transient(f"cannot {doing}: its answer cannot be read; try again") from None


def transfer_engine(
    source: ObjectStore, video_store: ObjectStore, project_id: str | None, role_arn: str
) -> Engine:
    """Permanent for stores that are not S3 and GCS, and without project or role."""
    if not (isinstance(source, S3Store) and isinstance(video_store, GcsStore)):
        raise Permanent("engine sts copies from s3:// to gs:// only; use --engine stream")
    if not project_id:
        raise Permanent("engine sts needs a Google project; set GCP_PROJECT_ID")
    if not role_arn:
        raise Permanent(
            "engine sts reads S3 by an AWS role; set UBALL_TRANSFER_ROLE_ARN, or use engine stream"
        )
    return partial(TransferService(_session(), project_id, role_arn).copy_all, source, video_store)


def _session() -> Any:
    import google.auth
    from google.auth.exceptions import GoogleAuthError
    from google.auth.transport.requests import AuthorizedSession

    try:
        credentials, _ = google.auth.default(scopes=[SCOPE])
    except GoogleAuthError as error:
        raise no_login("use the Storage Transfer Service", error, LOGIN) from None
    return AuthorizedSession(credentials)


def _why_not(operation: Mapping[str, Any], status: str) -> str:
    code = (operation.get("error") or {}).get("code")
    if code is None and status in ("SUCCESS", ""):
        return ""
    state = status if status.isupper() else f"code {code}"
    return f"the transfer ended with {state}; see it in the Google Cloud console, then run it again"
