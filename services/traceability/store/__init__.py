"""What is stored: events, payments and days as documents, the names they are found by; a store in memory."""
