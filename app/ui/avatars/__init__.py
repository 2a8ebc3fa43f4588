"""The Avatar sets page: personas, the price both ways, the start, the review wall, splits by hand, the export."""
