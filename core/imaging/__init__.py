"""Pixels in, pixels out: pure functions over bytes and Pillow images, no files."""
