"""`deploy/one-machine`: its files read, and what they say really started."""
