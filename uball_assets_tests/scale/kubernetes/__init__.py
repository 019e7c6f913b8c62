"""Runs as pods: the chart's values, every manifest, every pod, without a cluster (make test-scale)."""
