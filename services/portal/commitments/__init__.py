"""The 承诺达标合格证 of a lot: issued, and put on paper."""
