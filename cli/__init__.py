"""The `suyuan` command: a group of commands a file, one line for a failure, text for people, JSON for programs."""
