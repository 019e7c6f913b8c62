"""S3 on this machine: moto's server, with one thing added: writes are one after another, so that a condition
and the write that it guards are one step, as on S3. Prints its port.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable
from typing import Any

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

_answered = DomainDispatcherApplication(create_backend_app)
_writing = threading.Lock()


def one_write_at_a_time(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
        return list(_answered(environ, start_response))
    with _writing:
        return list(_answered(environ, start_response))


if __name__ == "__main__":
    server = make_server("127.0.0.1", 0, one_write_at_a_time, threaded=True)
    sys.stdout.write(f"{server.port}\n")
    sys.stdout.flush()
    server.serve_forever()
