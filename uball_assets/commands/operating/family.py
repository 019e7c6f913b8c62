"""`--family`: whose models a command is about.

Belongs here: the option. Not here: what differs between families (`services.forecasting.operating`).
"""

from __future__ import annotations

import click

from uball_assets.domain.record import Family

with_family = click.option(
    "--family",
    type=click.Choice([str(one) for one in Family]),
    default=str(Family.VIDEO),
    show_default=True,
    callback=lambda _, __, told: Family(told),
    help="Whose models: those that watch clips, that forecast who wins, or players' lines.",
)
