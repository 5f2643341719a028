"""What the processes agree on: the record on a topic, which topic, and how our types travel as protobuf."""
