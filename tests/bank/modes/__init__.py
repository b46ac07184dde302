"""The fault modes by name. Importing the four modules enters them all."""

from tests.bank.modes import body, status, transport, usage
from tests.bank.modes.mode import MODES, Mode

__all__ = ["MODES", "Mode", "body", "status", "transport", "usage"]
