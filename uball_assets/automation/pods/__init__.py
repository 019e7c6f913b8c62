"""Runs as pods of Kubernetes (deploy/kubernetes): what each needs, and starting it. Loaded there alone."""
