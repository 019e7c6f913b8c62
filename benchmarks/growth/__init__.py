"""What a league costs as it grows: one made by script, measured at several sizes, and its season priced.

Belongs here: leagues of tiny files (`leagues`, on `one_game`), a store that counts and waits
(`metered_store`), what is measured in a process of its own (`probes`), prices (`season`, `trainings`). Start:
`python -m benchmarks.growth`.
"""
