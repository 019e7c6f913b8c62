"""Who may do what over HTTP, and who did: one small SQLite file in the home, `app.db`.

Belongs here: keys, sessions, audit rows, requests that were already answered. Not here: what a scope allows,
or anything of HTTP (`app.guard`).
"""
