"""The tables of `app.db`. Times are seconds since 1970, UTC; scopes are words with a space between.

Belongs here: columns and their meaning. Not here: reading and writing them.
"""

TABLES = (
    """CREATE TABLE IF NOT EXISTS keys (
        prefix TEXT PRIMARY KEY,
        hash TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        scopes TEXT NOT NULL,
        made_at_s REAL NOT NULL,
        ends_at_s REAL NOT NULL,
        revoked_at_s REAL
    )""",
    """CREATE TABLE IF NOT EXISTS sessions (
        hash TEXT PRIMARY KEY,
        key_prefix TEXT NOT NULL REFERENCES keys (prefix),
        ends_at_s REAL NOT NULL
    )""",
    """CREATE TABLE IF NOT EXISTS audit (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at_s REAL NOT NULL,
        who TEXT NOT NULL,
        key_prefix TEXT NOT NULL,
        method TEXT NOT NULL,
        path TEXT NOT NULL,
        outcome INTEGER
    )""",
    """CREATE TABLE IF NOT EXISTS requests (
        key_prefix TEXT NOT NULL,
        idempotency_key TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        request_id TEXT NOT NULL,
        at_s REAL NOT NULL,
        status INTEGER,
        answer TEXT,
        PRIMARY KEY (key_prefix, idempotency_key)
    )""",
    """CREATE TABLE IF NOT EXISTS hidden_jobs (
        state TEXT PRIMARY KEY,
        ended_before_s REAL NOT NULL,
        by TEXT NOT NULL,
        at_s REAL NOT NULL
    )""",
    """CREATE TABLE IF NOT EXISTS review_games (
        game_id TEXT PRIMARY KEY,
        token TEXT NOT NULL,
        open_count INTEGER NOT NULL
    )""",
    """CREATE TABLE IF NOT EXISTS review_items (
        minus_worth REAL NOT NULL,
        item_id TEXT NOT NULL,
        game_id TEXT NOT NULL,
        PRIMARY KEY (minus_worth, item_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS review_items_by_game ON review_items (game_id)",
    """CREATE TABLE IF NOT EXISTS health_changes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at_s REAL NOT NULL,
        part TEXT NOT NULL,
        state TEXT NOT NULL,
        said TEXT NOT NULL
    )""",
)
"""`sessions`: a page that somebody logged in to. `audit`: `outcome` is the HTTP status, empty where the
server ended before there was one. `requests`: `answer` is empty while the request goes on, `at_s` 0
where nobody knows what came of it. `hidden_jobs`: jobs in a state that ended before that are not listed.
`review_games`, `review_items`: an index that can be lost (`review_index`)."""
