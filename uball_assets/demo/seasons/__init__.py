"""Seasons of a league whose true strengths are known, so that a forecast can be held against the best one.

Belongs here: people and their abilities (`people`), who meets whom when (`schedule`), who is out and who
moves (`moves`), one game (`chances`, `game`), the best forecast of it (`best_forecast`), what has happened
(`told`), a year (`year`), all of it as facts (`generated`) and as a feed's files (`feed_files`). Not here:
what the platform makes of it.
"""
