"""Listings and what platforms are told of them."""
