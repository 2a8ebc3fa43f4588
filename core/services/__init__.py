"""Use cases: what Gesso does, through ports that the constructor receives."""
