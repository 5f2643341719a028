"""The demo season: its master data, its story, and what reads them."""
