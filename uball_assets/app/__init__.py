"""The pages and the HTTP API of a league, over the same services as the commands.

Belongs here: routes, what guards them, templates. Not here: rules (`domain`), anything that talks to Dagster
(`automation`).
"""
