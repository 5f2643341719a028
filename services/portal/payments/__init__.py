"""Money for growers: forms, lists, JSON."""
