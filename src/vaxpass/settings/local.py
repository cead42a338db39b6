"""The demo on one machine: `make run`. Keys and secrets are made on the first start and kept in the state folder."""

from vaxpass.settings.base import *  # noqa: F403 -- a settings module is its base plus what differs

DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
SECOND_FACTOR_MAY_BE_WAIVED = True
DEMO = True
SOFTWARE_KEYS_ALLOWED = True
APPLE_WALLET = {"reference": "apple-wallet.p12", "pin": "123456"}  # made by the demo; Apple does not know it
