"""Records picking, farm inputs and what growers were paid. Keeps nothing: its topics are its memory."""
