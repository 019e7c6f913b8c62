"""MLflow's own tracking server on this machine, on a database in a folder that its one argument names. Prints
its port. Needs the `services` extra: Flask comes with moto.

A request to /control/stall makes the next ones wait for ever, as a server does that has no thread left.
"""

from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server


def main() -> None:
    folder = Path(sys.argv[1])
    logging.disable(logging.ERROR)
    from mlflow.server import app
    from mlflow.server.handlers import initialize_backend_stores

    initialize_backend_stores(
        f"sqlite:///{folder / 'server.db'}", default_artifact_root=(folder / "files").as_uri()
    )
    server = make_server("127.0.0.1", 0, _stalling(app), threaded=True)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


def _stalling(app: Any) -> Any:
    is_stalled = threading.Event()

    def answer(environment: dict[str, Any], start: Any) -> Any:
        if environment["PATH_INFO"] == "/control/stall":
            is_stalled.set()
            start("200 OK", [])
            return []
        if is_stalled.is_set():
            threading.Event().wait()
        return app(environment, start)

    return answer


if __name__ == "__main__":
    main()
