"""Forecasts asked for one at a time: the league as it is known now, who serves now, answers kept for a while.

Belongs here: what one who asks has to wait for. Not here: training and models (`services.forecasting`),
features (`domain.form`), the forecasts of the schedule (`assets.forecasting`).
"""
