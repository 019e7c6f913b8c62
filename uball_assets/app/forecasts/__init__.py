"""Forecasts over HTTP: asked for one at a time, listed, and how good they are.

Belongs here: routes and their forms. Not here: starting jobs that make them (`app.api.pipeline`), making one
(`services.predicting`, `services.forecasting`).
"""
