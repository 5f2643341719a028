"""What is answered about a label: by us, in an order that never changes, and offline by whoever has the keys."""
