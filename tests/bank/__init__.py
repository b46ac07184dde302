"""The bank: an OpenAI-compatible server that fails on purpose and writes down what it was asked and what it bills.

Its log is the oracle for the ledger: `with running(Bank(latency=0.2)) as bank:` in a thread, `bank_process(Bank(...))`
or `python -m tests.bank` as a process of its own. All traffic stays on 127.0.0.1.
"""

from tests.bank.bank import Bank
from tests.bank.batches import BatchPace
from tests.bank.billing import Prices
from tests.bank.exchange import Pace
from tests.bank.log import Entry
from tests.bank.modes import MODES
from tests.bank.plans import ByBody, ByText, Chance, Script
from tests.bank.process import bank_process
from tests.bank.serving import running

__all__ = [
    "MODES",
    "Bank",
    "BatchPace",
    "ByBody",
    "ByText",
    "Chance",
    "Entry",
    "Pace",
    "Prices",
    "Script",
    "bank_process",
    "running",
]
