"""What the assets found, shown as verdicts: one module for each assets module, by the same name."""

from uball_assets.checks import clips, examples, games, model

all_checks = [*games.checks, *clips.checks, *examples.checks, *model.checks]
