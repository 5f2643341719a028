"""Which of many goods are recalled now."""
