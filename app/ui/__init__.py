"""The browser door: what the pages are made of."""
