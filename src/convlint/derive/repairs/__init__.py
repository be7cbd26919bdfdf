"""Changes of a network that are tried before anybody proposes them."""
