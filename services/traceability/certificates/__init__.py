"""Certificates, and what leaned on them."""
