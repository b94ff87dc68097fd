"""Ways out of the building: one small file a channel."""
