"""Payments and deliveries: read, told to whom they concern, and what is in doubt of them."""
