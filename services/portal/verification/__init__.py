"""What a label answers, of all that `labels` and `traceability` know: on a page, to a program, a thousand at once."""
