"""Histories and claims as a buyer or a person who takes part reads them: pages, JSON, pictures."""
