"""What is judged of a history: the claim, the balances, and what is read beside it for them."""
