"""Certificates by their code or number: pages, how each stands, what leans on it."""
