"""Runs on the command line: list, look, stop, go on, retry, read answers again, change caps."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from core.cli.session import Session, explained, pass_session
from core.domain.money import dollars, money
from core.domain.records import Run
from core.domain.states import ACTIVE, WITHOUT_RESULT, ItemState, RunState
from core.errors import InvalidInputError
from core.ids import iso
from core.runs import worker as worker_process
from core.services.runs import Cause, RunView

_WITHOUT_RESULT = [state.value for state in WITHOUT_RESULT]


@click.group(invoke_without_command=True)
@click.option("--previews", is_flag=True, help="Previews too.")
@click.pass_context
def runs(context: click.Context, *, previews: bool) -> None:
    """List runs; with a command, show, stop or go on with one."""
    if context.invoked_subcommand is None:
        context.invoke(runs_list, previews=previews)


@runs.command("list")
@click.option("--previews", is_flag=True, help="Previews too.")
@pass_session
@explained
def runs_list(session: Session, *, previews: bool) -> None:
    """List the newest 50 runs."""
    views = session.work.runs.page(session.project().id, size=50, previews=previews)
    rows: list[dict[str, Any]] = [
        {
            "id": view.run.id,
            "title": view.run.title,
            "state": view.run.state.value,
            "done": view.finished,
            "items": view.run.n_items,
            "calls": view.spent.calls,
            "spent": view.spent.settled,
            "created": iso(view.run.created_at),
        }
        for view in views
    ]
    lines = [
        f"{r['id']}  {r['state']:<16} {r['done']:>6}/{r['items']:<6} {money(r['spent']):>10}  {r['title']}"
        for r in rows
    ]
    session.say(rows, "\n".join(lines) or "No run yet.")


@runs.command("show")
@click.argument("run_id", metavar="RUN")
@pass_session
@explained
def runs_show(session: Session, run_id: str) -> None:
    """Show one run: money, calls, items by state, why items have no result, calls in doubt. Amounts in JSON are
    nano-dollars.
    """
    service, project = session.work.runs, session.project()
    view = service.view(project.id, run_id)
    causes = service.causes(project.id, run_id)
    doubts = [doubt.call.client_id for doubt in service.doubts(project.id, run_id) if not doubt.late]
    session.say(_figures(view, causes, doubts), "\n".join(_words(view, causes, doubts)))


def _figures(view: RunView, causes: Sequence[Cause], doubts: Sequence[str]) -> Mapping[str, Any]:
    run, outlook = view.run, view.outlook
    return {
        "id": run.id,
        "title": run.title,
        "state": run.state.value,
        "reason": run.reason,
        "hint": run.hint,
        "items": {state.value: number for state, number in view.progress.items()},
        "money": {
            "spent": view.spent.settled,
            "measured": view.spent.settled - view.unmeasured,
            "estimated": view.unmeasured,
            "held": view.spent.held,
            "left": view.money_left.amount,
            "left_of": view.money_left.scope or None,
            "cap": run.cost_cap,
            "saved_by_cache": view.saved_by_cache,
        },
        "calls": {
            "sent": view.spent.calls,
            "left": view.calls_left.amount,
            "left_of": view.calls_left.scope or None,
            "cap": run.call_cap,
            "in_doubt": list(doubts),
            "flagged": {flag["flag"]: flag["calls"] for flag in view.flags},
        },
        "estimate_for_the_rest": {"items": outlook.items, "cost": outlook.cost, "calls": outlook.calls},
        "causes": [
            {
                "key": cause.key,
                "state": cause.state.value,
                "items": cause.count,
                "error": cause.words,
                "hint": cause.hint,
            }
            for cause in causes
        ],
    }


def _words(view: RunView, causes: Sequence[Cause], doubts: Sequence[str]) -> list[str]:
    run, outlook = view.run, view.outlook
    of_money, of_calls = view.money_left, view.calls_left
    money_left = (
        "no cost cap" if of_money.amount is None else f"{money(of_money.amount)} left of the {of_money.scope}'s cap"
    )
    calls_left = "no query budget" if of_calls.amount is None else f"{of_calls.amount:,} left of the {of_calls.scope}'s"
    measured = f"{money(view.spent.settled - view.unmeasured)} measured, {money(view.unmeasured)} estimated"
    items = ", ".join(f"{number:,} {state.value}" for state, number in view.progress.items())
    lines = [
        f"{run.title} ({run.id})",
        f"state   {run.state.value.replace('_', ' ')}. {run.reason} {run.hint}".rstrip(),
        f"items   {items}",
        f"money   {money(view.spent.settled)} spent ({measured}), {money(view.spent.held)} held, {money_left}",
        f"calls   {view.spent.calls:,} sent, {calls_left}",
    ]
    if outlook.cost is not None and outlook.calls is not None:
        lines.append(
            f"rest    {outlook.items:,} items, about {outlook.calls:,} calls and {money(outlook.cost)} (estimated)"
        )
    lines += [f"flag    {flag['calls']:>6,}  {flag['flag']}" for flag in view.flags]
    lines += [f"doubt   {client_id}" for client_id in doubts]
    lines += [f"cause   {cause.key}  {cause.count:>6,}  {cause.state.value:<9}  {cause.words}" for cause in causes]
    return lines


@runs.command("cancel")
@click.argument("run_id", metavar="RUN")
@pass_session
@explained
def runs_cancel(session: Session, run_id: str) -> None:
    """Stop a run after the calls under way; it can be resumed."""
    project = session.project()
    session.work.runs.cancel(session.who, project.id, run_id)
    state = session.work.runs.view(project.id, run_id).run.state
    words = "It stops after the calls under way." if state is RunState.RUNNING else "Cancelled."
    session.say({"run": run_id, "state": state.value}, words)


@runs.command("resume")
@click.argument("run_id", metavar="RUN")
@pass_session
@explained
def runs_resume(session: Session, run_id: str) -> None:
    """Make the rest of a stopped run here, with progress."""
    project = session.project()
    session.work.runs.resume(session.who, project.id, run_id)
    watch(session, session.work.runs.view(project.id, run_id).run, "Resumed")


@runs.command("retry")
@click.argument("run_id", metavar="RUN")
@click.option("--state", "states", multiple=True, type=click.Choice(_WITHOUT_RESULT), help="Only items in this state.")
@click.option("--cause", default="", metavar="KEY", help="Only items that ended for this reason, as `show` lists them.")
@pass_session
@explained
def runs_retry(session: Session, run_id: str, states: tuple[str, ...], cause: str) -> None:
    """Put items without a result back and go on here. Answers that could not be used are asked for again."""
    project = session.project()
    if states and cause:
        raise InvalidInputError("Both a state and a cause were named.", "A cause belongs to one state; name only it.")
    wanted = [ItemState(state) for state in states]
    count = session.work.runs.retry_failed(session.who, project.id, run_id, states=wanted, cause=cause)
    if not count:
        session.say({"run": run_id, "items": 0}, "There is no such item without a result.")
        return
    watch(session, session.work.runs.view(project.id, run_id).run, f"{count:,} items put back")


@runs.command("reparse")
@click.argument("run_id", metavar="RUN")
@pass_session
@explained
def runs_reparse(session: Session, run_id: str) -> None:
    """Read the stored answers of invalid items again; nothing is sent, nothing is paid."""
    project, service = session.project(), session.work.runs
    count = service.reparse(session.who, project.id, run_id)
    if not count:
        session.say({"run": run_id, "items": 0, "usable": 0}, "The run has no invalid item.")
        return
    before = service.view(project.id, run_id)
    _follow(session, before.run, "Reading stored answers")
    view = service.view(project.id, run_id)
    row = {"run": run_id, "items": count, "usable": view.good - before.good, "state": view.run.state.value}
    session.say(
        row, f"{count:,} items read again, {view.good - before.good:,} of them are usable now. Nothing was sent."
    )


@runs.command("caps")
@click.argument("run_id", metavar="RUN")
@click.option("--cost", metavar="DOLLARS", help='New cost cap in dollars; "none" for no limit.')
@click.option("--calls", metavar="N", help='New query budget; "none" for no limit.')
@pass_session
@explained
def runs_caps(session: Session, run_id: str, cost: str | None, calls: str | None) -> None:
    """Raise or lower the caps of a run, also while it works. What is not named stays."""
    project, service = session.project(), session.work.runs
    if cost is None and calls is None:
        raise InvalidInputError("No cap was named.", "Name one, such as --cost 2.50 or --calls 500.")
    run = service.view(project.id, run_id).run
    cost_cap = run.cost_cap if cost is None else None if cost == "none" else dollars(cost, "cost cap")
    call_cap = run.call_cap if calls is None else None if calls == "none" else _whole(calls)
    service.set_caps(session.who, project.id, run_id, cost_cap, call_cap)
    of_money = "no cost cap" if cost_cap is None else f"cost cap {money(cost_cap)}"
    of_calls = "no query budget" if call_cap is None else f"query budget {call_cap:,}"
    words = f"The run has {of_money} and {of_calls} now."
    session.say({"run": run_id, "cost_cap": cost_cap, "call_cap": call_cap}, words)


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 10**12:
        raise InvalidInputError(f"{text!r} is no number of calls.", 'Type a whole number from 1 on, or "none".')
    return int(text)


def watch(session: Session, run: Run, title: str) -> None:
    """Execute the run here unless a worker does, with progress; leaves with 3 when it ends before it is complete."""
    _follow(session, run, title)
    view = session.work.runs.view(run.project_id, run.id)
    dropped = f"{view.dropped:,} dropped, " if view.dropped else ""
    words = f"{view.run.state.value.replace('_', ' ')}: {view.good:,} made, {view.failed:,} without a result, {dropped}"
    row = {
        "run": run.id,
        "state": view.run.state,
        "made": view.good,
        "failed": view.failed,
        "dropped": view.dropped,
        "left": view.left,
        "spent": view.spent.settled,
        "reason": view.run.reason,
    }
    session.say(row, words + f"{view.spent.calls:,} calls, {money(view.spent.settled)}. {view.run.reason}".rstrip())
    if view.run.state is not RunState.COMPLETED:
        sys.exit(3)


def _follow(session: Session, run: Run, title: str) -> None:
    work = session.work
    wait = _execute_beside(session, run.id)
    shown = not session.as_json and sys.stderr.isatty()
    with click.progressbar(length=run.n_items, label=title, file=sys.stderr, hidden=not shown) as bar:
        while True:
            view = work.runs.view(run.project_id, run.id)
            bar.update(view.finished - bar.pos)
            if view.run.state not in ACTIVE:
                break
            time.sleep(0.2)
    wait()


def _execute_beside(session: Session, run_id: str) -> Callable[[], None]:
    """Execute the run in a thread unless a worker serves the database; returns what waits for it."""
    settings = session.work.settings
    if worker_process.worker_is_alive(settings):
        return lambda: None
    store = session.work.context.store
    thread = threading.Thread(target=lambda: asyncio.run(worker_process.run_once(settings, store, only=run_id)))
    thread.start()
    return thread.join
