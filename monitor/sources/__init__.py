"""Where mentions come from: one small file a network, and the supervisor that keeps them alive."""
