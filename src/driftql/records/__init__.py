"""What driftql writes: the labeling queue and the history of runs."""
