"""The schemas that a version wants, before it is started: `python migrate.py [FILE]`.

1. Dagster's tables, in the instance that the settings name (`dagster instance migrate`).
2. The plays database whose URL is in that file: supabase/migrations, all in one transaction, so that the
   running version never meets half of them. Each may come again and then changes nothing. An empty file, or
   none: the plays are in the home.

The home's own files (SQLite plays, keys, warehouse) get what they lack when they are opened. All of it only
adds, unless a file of supabase/migrations begins with "-- Not backward compatible" (release.sh).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

MIGRATIONS = Path(__file__).parents[2] / "supabase" / "migrations"


def migrate_plays(url: str, folder: Path = MIGRATIONS) -> list[str]:
    """The files that were applied, in their order. Raises psycopg2.Error; then nothing was changed."""
    import psycopg2

    files = sorted(folder.glob("*.sql"))
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("set local lock_timeout = '30s'")  # rather fail than stand in the league's way
            for file in files:
                cursor.execute(file.read_text())
    finally:
        connection.close()
    return [file.name for file in files]


def main(words: list[str]) -> None:
    subprocess.run(["dagster", "instance", "migrate"], check=True)  # noqa: S607 - of this image
    url = Path(words[0]).read_text().strip() if words and Path(words[0]).exists() else ""
    applied = migrate_plays(url) if url else []
    print(f"the plays database: {len(applied)} migrations stand" if url else "no plays database to migrate")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
