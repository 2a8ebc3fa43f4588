"""The history of the tables; each revision is a file in ``versions``."""

HEAD = "0006"
"""The newest revision, known without importing Alembic; a test compares it with the files."""
