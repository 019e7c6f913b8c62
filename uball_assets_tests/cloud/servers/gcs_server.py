"""GCS on this machine: gcp-storage-emulator, with what it leaves out and the real service has. Prints its
port.

Added: generation preconditions (it ignores them and overwrites), pages of listings, 416 for a range beyond
the end, a missing bucket said as GCS says it, and many requests at once.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.server import ThreadingHTTPServer
from typing import Any

from gcp_storage_emulator import server
from gcp_storage_emulator.exceptions import NotFound
from gcp_storage_emulator.handlers import objects
from gcp_storage_emulator.storage import Storage

PAGE_SIZE = 7
"""Small, so that every listing of a few objects has pages; GCS itself says at most 1,000."""
_one_at_a_time = threading.RLock()

Handler = Callable[..., Any]


class Kept(Storage):  # type: ignore[misc]
    """In memory alone: a write does not write every object's metadata down again, for nobody to read."""

    def _write_config_to_file(self) -> None:
        pass


def guarded(handler: Handler) -> Handler:
    """Refuses what GCS refuses, in one step with what is then done."""

    def answer(request: Any, response: Any, storage: Storage, *args: Any, **kwargs: Any) -> Any:
        bucket = (request.params or {}).get("bucket_name")
        with _one_at_a_time:
            if bucket and bucket not in storage.buckets:
                return refuse(response, HTTPStatus.NOT_FOUND, "The specified bucket does not exist.")
            wanted = request.query.get("ifGenerationMatch", [None])[0]
            if wanted is not None and int(wanted) != generation(request, storage):
                return refuse(response, HTTPStatus.PRECONDITION_FAILED, "conditionNotMet")
            if begins_beyond_the_end(request, storage):
                return refuse(response, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "beyond the end")
            return handler(request, response, storage, *args, **kwargs)

    return answer


def list_in_pages(request: Any, response: Any, storage: Storage, *_: Any, **__: Any) -> None:
    query = {name: values[0] for name, values in request.query.items()}
    names = {"delimiter": query.get("delimiter"), "match_glob": query.get("matchGlob")}
    files, prefixes = storage.get_file_list(request.params["bucket_name"], query.get("prefix"), **names)
    files = [file for file in files if file["name"] >= query.get("startOffset", "")]
    begin = int(query.get("pageToken", 0))
    end = begin + min(int(query.get("maxResults", PAGE_SIZE)), PAGE_SIZE)
    page = {"kind": "storage#objects", "prefixes": prefixes, "items": files[begin:end]}
    response.json(page | ({"nextPageToken": str(end)} if end < len(files) else {}))


def generation(request: Any, storage: Storage) -> int:
    """Of the object that the request is about; 0 where there is none, as in GCS's conditions."""
    name = request.params.get("object_id") or request.query.get("name", [None])[0]
    if name is None and isinstance(request.data, dict):
        name = request.data.get("name") or request.data.get("meta", {}).get("name")
    try:
        if name is None and "upload_id" in request.query:
            name = storage.get_resumable_file_obj(request.query["upload_id"][0])["name"]
        return int(storage.get_file_obj(request.params["bucket_name"], name)["generation"])
    except NotFound:
        return 0


def begins_beyond_the_end(request: Any, storage: Storage) -> bool:
    asked = request.get_header("range", "")
    if not asked.startswith("bytes="):
        return False
    try:
        found = storage.get_file_obj(request.params["bucket_name"], request.params["object_id"])
    except NotFound:
        return False
    return int(asked.removeprefix("bytes=").partition("-")[0]) >= int(found["size"])


def refuse(response: Any, status: HTTPStatus, message: str) -> None:
    response.status = status
    response.json({"error": {"code": status.value, "message": message, "errors": [{"reason": message}]}})


def completed() -> tuple[tuple[str, dict[str, Handler]], ...]:
    """The emulator's table of addresses, every handler guarded."""
    instead = {objects.ls: list_in_pages}
    return tuple(
        (address, {verb: guarded(instead.get(handler, handler)) for verb, handler in verbs.items()})
        for address, verbs in server.HANDLERS
    )


if __name__ == "__main__":
    logging.getLogger("gcp_storage_emulator").setLevel(logging.CRITICAL)
    server.HANDLERS = completed()
    handler = partial(server.RequestHandler, Kept(use_memory_fs=True))
    emulator = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    sys.stdout.write(f"{emulator.server_port}\n")
    sys.stdout.flush()
    emulator.serve_forever()
