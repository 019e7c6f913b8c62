"""Ways by which people are told: a log, a webhook, Slack, e-mail; and what waits to be sent."""
