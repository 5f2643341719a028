"""Master data: records true from a day to a day, how they are read, and what about them is suspicious."""
