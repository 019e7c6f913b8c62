"""Commands of whoever runs the platform: its instance, backups, what it takes."""
