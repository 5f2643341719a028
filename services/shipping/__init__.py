"""Records what happens to produce between the orchard and the buyer. Keeps nothing: its topic is its memory."""
