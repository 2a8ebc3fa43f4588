"""Gesso's library: nouns, rules and use cases, with no door and no web framework in it."""
