"""Growers, plots, mandates and beneficiaries: proposed by one party, approved by another (ADR 0091)."""
