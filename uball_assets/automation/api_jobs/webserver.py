"""Dagster's webserver, over the GraphQL that its own pages speak: what changes something goes through it.

Belongs here: the questions, and what a missing or odd answer means. Not here: what is launched (`launching`),
or reading, which does without it (`reading`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError, NewConnectionError

from uball_assets.assets.run_words import asset_path
from uball_assets.domain.errors import Permanent, Transient

_LOCATIONS = """{ workspaceOrError { ... on Workspace { locationEntries { name
    locationOrLoadError { __typename } } } } }"""
_LAUNCH = """mutation($params: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $params) {
    __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"""
_CANCEL = """mutation($id: String!) { cancelPartitionBackfill(backfillId: $id) {
    __typename ... on PythonError { message } } }"""
_TERMINATE = """mutation($ids: [String!]!) { terminateRuns(runIds: $ids, terminatePolicy: SAFE_TERMINATE) {
    __typename ... on PythonError { message } } }"""
_TIMEOUT = urllib3.Timeout(connect=2.0, read=20.0)


class WebserverAway(Transient):
    """Nothing was asked of Dagster: its webserver, or the league's code in it, is not there now."""


class Unsure(Transient):
    """It was asked, and no answer came: it may have been done."""


class UnknownGames(Permanent):
    """Of a launch: Dagster has no partition of these games."""


class Webserver:
    """Of the league called `location`. Shared by threads; opens its connections when it is asked."""

    def __init__(self, address: Callable[[], str], location: str) -> None:
        """`address`: asked each time, for the UI may be started again on another port."""
        self._address, self._location = address, location
        self._pool = urllib3.PoolManager(timeout=_TIMEOUT, retries=False, maxsize=8)

    def url(self) -> str:
        return self._address()

    def check(self) -> None:
        """Raises WebserverAway unless it answers and has this league's code loaded: Dagster would take a
        backfill all the same, and fail it for good."""
        found = self._ask(_LOCATIONS)["workspaceOrError"]
        entries = {entry["name"]: entry["locationOrLoadError"] for entry in found.get("locationEntries", ())}
        if self._location not in entries:
            shown = ", ".join(entries) or "nothing"
            raise WebserverAway(
                f"the webserver at {self.url()} shows {shown}, not {self._location}: start `uball dev` for "
                "this league, or correct UBALL_DAGSTER_URL"
            )
        loaded = entries[self._location] or {}
        if loaded.get("__typename") != "RepositoryLocation":
            raise WebserverAway("Dagster is loading the league's code, or cannot: its Deployment page says")

    def launch(
        self,
        assets: Sequence[str],
        game_ids: Sequence[str],
        tags: Mapping[str, str],
        title: str,
        run_config: Mapping[str, Any] = {},
    ) -> str:
        """The id of a backfill of these assets (`clips/far_left`) of these games."""
        params = {
            "assetSelection": [{"path": asset_path(asset)} for asset in assets],
            "partitionNames": list(game_ids),
            "tags": [{"key": key, "value": value} for key, value in tags.items()],
            "title": title,
            **({"runConfigData": run_config} if run_config else {}),
        }
        answer = self._ask(_LAUNCH, params=params)["launchPartitionBackfill"]
        if answer["__typename"] == "PartitionKeysNotFoundError":
            raise UnknownGames(f"Dagster has no partition of one of {', '.join(game_ids)}")
        if answer["__typename"] != "LaunchBackfillSuccess":
            raise Permanent(f"Dagster refuses it: {answer.get('message') or answer['__typename']}")
        return str(answer["backfillId"])

    def cancel(self, backfill_id: str) -> None:
        """Asked only of one that goes on: one that has ended would become a cancelled one."""
        self._ask(_CANCEL, id=backfill_id)

    def terminate(self, run_ids: Sequence[str]) -> None:
        """Those that can be ended now; the others stay as they are, and nothing is raised for them."""
        if run_ids:
            self._ask(_TERMINATE, ids=list(run_ids))

    def _ask(self, query: str, **variables: Any) -> dict[str, Any]:
        body = json.dumps({"query": query, "variables": variables}).encode()
        url = self.url()
        try:
            response = self._pool.request(
                "POST", f"{url}/graphql", body=body, headers={"Content-Type": "application/json"}
            )
            said = json.loads(response.data)
            data: dict[str, Any] | None = said.get("data")
        except NewConnectionError as error:
            raise WebserverAway(f"no webserver answers at {url}: start it with `uball dev`") from error
        except (HTTPError, ValueError, AttributeError) as error:
            raise Unsure(f"the webserver at {url} did not answer as it should") from error
        if response.status != 200 or data is None or said.get("errors"):
            raise Unsure(f"the webserver at {url} answered with an error ({response.status})")
        return data
