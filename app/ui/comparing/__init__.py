"""The Compare page: pictures side by side, wiped and subtracted, and the same prompt as a matrix."""
