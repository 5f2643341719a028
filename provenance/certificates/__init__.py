"""Certificates and 承诺达标合格证: their states, numbers, what they cover and what leaned on them."""
