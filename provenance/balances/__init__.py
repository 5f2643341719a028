"""Balances: what there was of a thing, what went of it, and what cannot be so."""
