"""What is remembered: rows, and the stores that keep them. Imports nothing of ours."""
