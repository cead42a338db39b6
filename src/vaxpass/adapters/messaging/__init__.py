"""Ways out for messages: SMS gateway, mail server, a folder in their place, and a simulator of the gateway."""
