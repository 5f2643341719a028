"""The cold chain: where goods were, what was measured there, and whether they were kept cold."""
