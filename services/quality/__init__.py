"""Records samples, inspections, the states of certificates, and holds. Keeps nothing: its topic is its memory."""
