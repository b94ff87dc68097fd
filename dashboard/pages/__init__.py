"""One noun a page: layout(...) and register(app, ...)."""
