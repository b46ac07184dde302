"""B3, B4, B6: the ledger never says less than the bill, lies about usage end where they start, prices are no slips."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.domain.people import Principal
from core.domain.price_entry import PriceEntry
from core.domain.records import Run
from core.domain.states import RunState
from core.errors import InvalidInputError
from core.settings import Settings
from core.workspace import Workspace
from tests.bank import MODES, Bank, Chance, Entry, Pace
from tests.trials.call_bugs import CALL_BUGS
from tests.trials.expected import EXPECTED, HANGING, STOPPING, Charge
from tests.trials.studio import Studio, audit, studio, studio_and_bank
from tests.trials.trial import Outcome, Tally, Trial

AT_ONCE = 8
LIES = sorted(name for name, mode in MODES.items() if mode.kind == "usage")
MIXED = sorted(set(MODES) - STOPPING - HANGING - {"ok", "huge_body", "usage_above_max"})
PACE = Pace(slow=0.05)
ME = Principal("Ada")


# ---- B3 ----


def _caps(which: str, made: Studio, bank: Bank) -> dict[str, int]:
    """A cap that some of the calls of a run use up; money is measured in holds of this very bank."""
    if which == "calls":
        return {"call_cap": 13}
    probe = made.new_run(made.at_bank(bank), 1)
    made.work(probe)
    hold = max(attempt.hold for attempt in made.attempts(probe))
    bank.clear()
    return {"cost_cap": 6 * hold}


def lie(mode: str, which: str, bug: str = "none") -> list[str]:
    """A run under one cap, whose every answer lies about its usage in this way."""
    with studio_and_bank(Bank(latency=(0.0, 0.01))) as (made, bank), CALL_BUGS[bug]():
        caps = _caps(which, made, bank)
        bank.faults = Chance(1.0, (mode,))
        run_id = made.new_run(made.at_bank(bank, concurrency=AT_ONCE), 40, **caps)
        run = made.work(run_id)
        attempts, bill = made.attempts(run_id), sum(entry.billed for entry in bank.log)
        wrong = audit(made, bank.log, attempts)
        breach = mode == "usage_above_max" and which == "money"  # the bound is broken: that stops the run at once
        ended = RunState.INTERRUPTED if breach else RunState.BUDGET_EXHAUSTED
        wrong += [] if run.state is ended else [f"the run is {run.state}: {run.reason}"]
        wrong += [f"{len(bank.log)} calls after the bound was broken"] if breach and len(bank.log) > AT_ONCE else []
        wrong += _kept(run, len(bank.log), bill, bank.log)
        if EXPECTED[mode].charge is Charge.HOLD and {attempt.cost - attempt.hold for attempt in attempts} != {0}:
            wrong.append("an unbelievable usage is not charged at the hold")
        if mode == "usage_above_max" and {attempt.flag for attempt in attempts} != {"usage above the bound"}:
            wrong.append("a bill above the bound is not flagged")
    return wrong


def _kept(run: Run, requests: int, bill: int, log: Sequence[Entry]) -> list[str]:
    """A query budget holds exactly. A cost cap holds but for what calls in flight were billed beyond their holds."""
    if run.call_cap is not None:
        return [] if requests == run.call_cap else [f"{requests} calls of {run.call_cap}"]
    assert run.cost_cap is not None
    beyond = AT_ONCE * max(entry.billed for entry in log) if {entry.mode for entry in log} == {"usage_above_max"} else 0
    return [] if bill <= run.cost_cap + beyond else [f"the bill is {bill:,}, the cap {run.cost_cap:,}"]


def lies(modes: Sequence[str], rounds: int, bug: str = "none") -> Outcome:
    """Each of them under a cost cap and under a query budget."""
    tally = Tally()
    for mode in list(modes) * rounds:
        for which in ("money", "calls"):
            tally.add(lie(mode, which, bug), f"{mode} under a cap on {which}")
    return tally.outcome()


# ---- B4 ----


def mixed(count: int, bug: str = "none") -> Outcome:
    """Three of ten requests meet some fault: the ledger has them all, and nothing at less than its bill."""
    bank = Bank(faults=Chance(0.3, MIXED, seed=count), pace=PACE)
    with studio_and_bank(bank) as (made, _), CALL_BUGS[bug]():
        run = made.work(made.new_run(made.at_bank(bank, concurrency=20), count // 2))
        wrong = audit(made, bank.log)
        if run.state is not RunState.COMPLETED:
            wrong.append(f"the run is {run.state}: {run.reason}")
        booked, billed = sum(a.cost for a in made.attempts()), sum(entry.billed for entry in bank.log)
        faults = sum(entry.mode != "ok" for entry in bank.log)
        told = f"{len(bank.log):,} requests, {faults:,} faults, booked {booked / billed:.3f} of what was billed"
    return Outcome(len(bank.log), len(wrong), (told, *wrong))


# ---- B6 ----


@dataclass(frozen=True, slots=True)
class Slip:
    """A price as somebody types it, and what is done about it: refused, asked back, or taken."""

    entry: PriceEntry
    verdict: str
    model: str = "m"


SLIPS = (
    *(
        Slip(PriceEntry(text, "0.6"), "refused")
        for text in ("", "free", "-1", "0,15", "1e99", "NaN", "10000.01", "inf")
    ),
    *(Slip(PriceEntry("0.15", text), "refused") for text in ("", "0.60 EUR", "€0.60", "0.6/1K", "-0.6", "600000")),
    Slip(PriceEntry("0.15", "0.6", cached="half"), "refused"),
    *(Slip(PriceEntry(text, "0.6"), "asked") for text in ("0.00000015", "0.00015", "150", "0.61", "1e-7")),
    *(Slip(PriceEntry("0.15", text), "asked") for text in ("0.0006", "0.0000006", "1000.01", "0.1", "0")),
    Slip(PriceEntry("0.15", "0.6", cached="0.16"), "asked"),
    Slip(PriceEntry("0.15", "0.6", batch_input="0.2"), "asked"),
    Slip(PriceEntry("0.15", "0.6", batch_output="0.7"), "asked"),
    Slip(PriceEntry("0.15", "0.6", reasoning="0.0006"), "asked"),
    Slip(PriceEntry("15", "60"), "asked", model="gpt-4o-mini"),
    Slip(PriceEntry("0.15", "0.60"), "taken", model="gpt-4o-mini"),
    *(Slip(PriceEntry(*pair), "taken") for pair in (("0.15", "0.6"), ("$0.15", "$0.60"), ("0", "0"), ("150", "600"))),
)


def _verdict(work: Workspace, connection: str, slip: Slip) -> str:
    service, entry = work.connections, slip.entry
    try:
        service.set_price(ME, connection, slip.model, entry, sure=False)
    except InvalidInputError:
        before = service.typed_price(connection, slip.model)
        try:
            service.set_price(ME, connection, slip.model, entry, sure=True)
        except InvalidInputError:
            return "refused"
        return "asked" if before is None else "taken in spite of an error"
    return "taken"


def slips(bug: str = "none") -> Outcome:
    """Each price at a connection of its own."""
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="studio-prices-") as folder, CALL_BUGS[bug]():
        environ: Mapping[str, str] = {"STUDIO_HOME": folder, "STUDIO_WORKER": "off"}
        work = Workspace.open(Settings.load(environ), environ)
        for number, slip in enumerate(SLIPS):
            url = f"https://teacher.example/{number}/v1"
            made = work.connections.add(ME, name=f"c{number}", base_url=url, models=[slip.model])
            found = _verdict(work, made.id, slip)
            tally.add([] if found == slip.verdict else [f"{slip.entry}: {found}, not {slip.verdict}"])
        work.close()
    tally.add(_unknown(), "no price")
    return tally.outcome()


def _unknown() -> list[str]:
    """A cost cap without a price sends nothing."""
    with studio() as made:
        name = made.connect("openai")
        run = made.work(made.samples_run(name, 1, cost_cap=10**12))
        sent = len(made.attempts())
    told = run.state is RunState.INTERRUPTED and "price" in run.reason
    return [] if told and not sent else [f"the run is {run.state}, {sent} calls were sent"]


TRIALS = [
    Trial(
        "B3",
        "Whatever usage is told, no charge is below its bill and every cap stops the run",
        lambda scale: lies(LIES, scale),
        "usage is believed",
        lambda: lies(["usage_zero", "usage_null"], 1, "usage is believed"),
    ),
    Trial(
        "B4",
        "With 30 % mixed faults ledger and bank agree on every request and its price",
        lambda scale: mixed(500 * scale),
        "a hidden retry in the client",
        lambda: mixed(60, "hidden retry"),
    ),
    Trial(
        "B6",
        "A price that looks like a slip is refused or asked back, never silently used",
        lambda scale: slips(),
        "nothing is asked back",
        lambda: slips("prices unquestioned"),
    ),
]
