"""The commands: they parse, call and print; the work is done elsewhere. Heavy imports stand inside them."""
