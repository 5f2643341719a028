"""A county's hall: its brands, what of them is on sale, where to buy, in one public page, and the same for programs."""
