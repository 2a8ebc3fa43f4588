"""The pages that find and file pictures: the history, its trash, and collections."""
