"""What the Edit and Inpaint pages are made of: pictures, what may change, and the proof that the rest did not."""
