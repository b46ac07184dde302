"""The routes under /bank/ by which another process reads the log and changes the faults."""

from __future__ import annotations

import json

from tests.bank import plans
from tests.bank.bank import Bank
from tests.bank.wire import Connection, Incoming, Response


def receive(bank: Bank, incoming: Incoming, connection: Connection) -> None:
    """Answer a control route here, and let the bank see to all others."""
    if not incoming.path.startswith("/bank/"):
        bank.receive(incoming, connection)
        return
    response = _answer(bank, incoming)
    connection.write(response.head() + response.body)
    connection.ready()


def _answer(bank: Bank, incoming: Incoming) -> Response:
    match f"{incoming.method} {incoming.path}":
        case "GET /bank/log":
            return _json([entry.as_dict() for entry in bank.log])
        case "GET /bank/totals":
            return _json(bank.totals())
        case "POST /bank/clear":
            bank.clear()
            return _json({})
        case "POST /bank/faults":
            return _faults(bank, incoming.body)
        case _:
            return Response(404, b"{}")


def _faults(bank: Bank, body: bytes) -> Response:
    try:
        bank.faults = plans.from_dict(json.loads(body))
    except (ValueError, TypeError) as error:
        return Response(400, json.dumps({"error": {"message": str(error)}}).encode())
    return _json({})


def _json(value: object) -> Response:
    return Response(200, json.dumps(value).encode())
