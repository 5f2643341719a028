"""Readings of assets by the day: added up, kept, and judged for a history."""
