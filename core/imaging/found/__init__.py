"""What other image programs write into their pictures, one module per program, and where in a file it lies."""
