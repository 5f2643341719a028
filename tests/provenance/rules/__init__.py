"""For each rule, by its name: a season in which it fails and all else is well, and one in which it is not known."""
