"""Runs on several machines: who holds a run, and how one is handed to Ray's nodes."""
