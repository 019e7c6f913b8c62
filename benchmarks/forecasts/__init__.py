"""How much of what can be foreseen the forecasts take: on generated leagues whose true strengths are known.

Belongs here: leagues as rows to learn from (`leagues`), the platform's own training asked about later games
(`asking`), shares of the reachable gain (`shares`), players' points (`players`), two libraries of boosting
held against each other (`boosters`). Start: `python -m benchmarks.forecasts`.
"""
