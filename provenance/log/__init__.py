"""What a transparency log is made of, as text and bytes that anybody can check: notes, checkpoints, tiles, proofs."""
