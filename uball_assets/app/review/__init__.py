"""Routes of the review: queue, decision, clips."""
