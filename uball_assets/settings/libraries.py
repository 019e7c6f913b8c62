"""What other libraries read of the environment for themselves: kept from our home, and told what `.env` says.

Belongs here: names that are theirs. Not here: the settings of the platform (the groups).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

GOOGLE_KEY_FILE = "GOOGLE_APPLICATION_CREDENTIALS"
AWS_LOGIN = ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
"""One login: of two halves from two places no request could be signed."""
OTHERS = (
    *(GOOGLE_KEY_FILE, "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL_S3", "STORAGE_EMULATOR_HOST"),
    *("MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN"),
)


def tell_libraries(in_file: Mapping[str, str | None], checkout: Path, cache: Path) -> None:
    """Puts into the environment what it does not say itself.

    `in_file` is the `.env` file, where people keep the clouds' logins too; a relative path in it counts from
    the checkout. Matplotlib's cache and Dagster's telemetry files are kept out of the home folder and the
    checkout; MLflow sends no telemetry, and tries a server that is down for seconds, not for minutes.
    """
    names = OTHERS if any(os.environ.get(name) for name in AWS_LOGIN) else (*OTHERS, *AWS_LOGIN)
    for name in names:
        value = in_file.get(name)
        if value and not os.environ.get(name):
            os.environ[name] = str(checkout / Path(value).expanduser()) if name == GOOGLE_KEY_FILE else value
    os.environ.setdefault("MPLCONFIGDIR", str(cache / "matplotlib"))
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
