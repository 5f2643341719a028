"""Look-ups of labels: what is kept of one, and what many of them warn of. No person and no exact place is in them."""
