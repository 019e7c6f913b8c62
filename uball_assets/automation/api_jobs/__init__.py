"""Dagster's runs and backfills as the HTTP API's jobs: launched and cancelled over the webserver's GraphQL,
read from the instance. Known to the app without Dagster. Not here: the rules (`domain.operating.jobs`)."""
