"""Where rows and files live: SQLAlchemy tables, and images by content on disk."""
