"""What exists: the assets, and what they share. All of them together: `definitions`."""
