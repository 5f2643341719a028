"""Look-ups of labels: who counts as one, what is recorded of it, what is told of many; and who guesses codes."""
