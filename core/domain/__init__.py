"""Nouns and rules of image work: standard library only, frozen dataclasses, no I/O."""
