"""The Batch page: rows from many sources, one table, one price, one start, and what became of them."""
