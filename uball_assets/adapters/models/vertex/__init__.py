"""Vertex AI through google-genai: tuning a model, and asking it."""
