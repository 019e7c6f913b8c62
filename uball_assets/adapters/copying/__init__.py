"""Copying videos from store to store: who copies, what proves it, where it goes on after a kill."""
