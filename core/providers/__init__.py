"""One file per kind of image service; each only translates."""
