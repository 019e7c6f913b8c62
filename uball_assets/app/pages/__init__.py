"""Pages for people: the league, a game, a model, a season."""
