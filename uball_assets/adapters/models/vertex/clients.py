"""Clients of Vertex AI, one a location, and the two ways of calling: ask as often as needed, or send once.

Belongs here: locations, credentials, time limits and repeats. Not here: what is asked (`tuning`, `serving`,
`batch`).
"""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from uball_assets.adapters.machine.circuits import ALWAYS_ASKED, Breaker, CircuitOpen, Circuits
from uball_assets.adapters.models.vertex.errors import LOGIN, NotAccepted, cut_off, translated
from uball_assets.domain.errors import Permanent

if TYPE_CHECKING:
    from google.genai import Client

T = TypeVar("T")

ATTEMPTS = 5
"""Of a request that may be repeated, the first included."""
TIMEOUT_S = 60.0
FIRST_WAIT_S = 1.0
"""Before the second attempt; doubled each time, with chance added, 30 s at most."""
_LONGEST_WAIT_S = 30.0
_REPEATED = [408, 429, 500, 502, 503, 504]
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_LOCATION = re.compile(r"projects/[^/]+/locations/([a-z0-9-]+)(/|$)")


def utc_now() -> datetime:
    return datetime.now(UTC)


def location_of(resource: str) -> str:
    """`us` of `projects/1/locations/us/endpoints/2`. google-genai does not look there by itself.

    Permanent for what is no resource's name.
    """
    found = _LOCATION.match(resource)
    if not found:
        raise Permanent(f"{resource!r} names nothing in Vertex AI: use projects/…/locations/…/… in full")
    return found[1]


class VertexClients:
    """Safe to use from many threads. Nothing is loaded or asked before the first call.

    `base_url` is a private endpoint, or a server under test. Credentials are the machine's own (application
    default) unless given. `token` replaces them at a `base_url`; a plain http:// address never gets the
    machine's. `circuits`: the league's.
    """

    def __init__(
        self,
        project_id: str,
        base_url: str | None = None,
        credentials: Any = None,
        *,
        token: str | None = None,
        timeout_s: float = TIMEOUT_S,
        first_wait_s: float = FIRST_WAIT_S,
        circuits: Circuits | None = None,
    ) -> None:
        if not project_id:
            raise Permanent("Vertex AI needs a project: set GCP_PROJECT_ID")
        if token and not base_url:
            raise Permanent(f"a token is for a private endpoint only: leave it out and {LOGIN}")
        self.project_id = project_id
        self._base_url = base_url
        self._credentials = credentials
        self._token = token
        self._timeout_s = timeout_s
        self._first_wait_s = first_wait_s
        self._circuits = circuits
        self._clients: dict[tuple[str, bool], Client] = {}
        self._opening = threading.Lock()

    def submitting(self, location: str) -> Client:
        """Never repeats a request by itself."""
        return self._client(location, repeats=False)

    def polling(self, location: str) -> Client:
        """Repeats requests that were answered 408, 429 or 5xx, timed out, or found nobody."""
        return self._client(location, repeats=True)

    def ask(self, doing: str, location: str, call: Callable[[Client], T]) -> T:
        """For what may be asked twice. Errors come translated; `doing` is a verb and a thing.

        A connection cut off in the middle is repeated too, which the library's own repeats leave out.
        """
        with self._circuit(location).asking(), translated(doing):
            client = self.polling(location)
            for _ in range(ATTEMPTS - 1):
                try:
                    return self._renewing(lambda: call(client))
                except cut_off():
                    continue
            return call(client)

    def send_once(self, doing: str, location: str, call: Callable[[Client], T]) -> T:
        """For what must not be done twice. Permanent, NotAccepted: nothing was begun; Transient: unknown."""
        try:
            with self._circuit(location).asking(), translated(doing):
                client = self.submitting(location)
                return self._renewing(lambda: call(client))
        except CircuitOpen as error:
            raise NotAccepted(str(error)) from None

    def _circuit(self, location: str) -> Breaker:
        """One a location: they fail each on its own."""
        return self._circuits.of(f"vertex {location}") if self._circuits else ALWAYS_ASKED

    def _renewing(self, call: Callable[[], T]) -> T:
        """A token may be refused before its time: then it is renewed, once. A refused call did nothing."""
        from google.auth.exceptions import RefreshError
        from google.auth.transport.requests import Request
        from google.genai.errors import ClientError

        try:
            return call()
        except ClientError as error:
            if error.code != 401:
                raise
            try:
                self._login().refresh(Request())
            except RefreshError:
                raise error from None
        return call()

    def _client(self, location: str, *, repeats: bool) -> Client:
        from google.genai import Client, types
        from google.genai.errors import ExperimentalWarning

        warnings.filterwarnings("ignore", category=ExperimentalWarning)
        retry = types.HttpRetryOptions(
            attempts=ATTEMPTS,
            initial_delay=self._first_wait_s,
            max_delay=_LONGEST_WAIT_S,
            jitter=self._first_wait_s,
            http_status_codes=_REPEATED,
        )
        with self._opening:
            key = (location, repeats)
            if key not in self._clients:
                self._clients[key] = Client(
                    enterprise=True,
                    project=self.project_id,
                    location=location,
                    credentials=self._login(),
                    http_options=types.HttpOptions(
                        base_url=self._base_url,
                        api_version="v1beta1",
                        timeout=round(self._timeout_s * 1000),
                        retry_options=retry if repeats else None,
                    ),
                )
            return self._clients[key]

    def _login(self) -> Any:
        if self._credentials is None:
            self._credentials = self._found_credentials()
        return self._credentials

    def _found_credentials(self) -> Any:
        import google.auth
        from google.oauth2.credentials import Credentials

        if self._token:
            return Credentials(token=self._token)
        if self._base_url and self._base_url.startswith("http://"):
            return Credentials(token="none")  # noqa: S106 - what stands for no login at all
        credentials, _ = google.auth.default(scopes=[_SCOPE])
        return credentials
