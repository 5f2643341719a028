"""Seasons of produce in domain words, from a seed: what tests, the demo and the benchmark are made of.

No I/O and no clock: time, ids and accidents all come from the seed, so a season can be had again exactly.
"""
