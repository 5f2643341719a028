"""Labels a buyer can check: issued against a claim, signed, kept in a ledger of their own."""
