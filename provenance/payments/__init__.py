"""Money for growers: what was recorded, what counts, what they say of it, and the price that may be told."""
