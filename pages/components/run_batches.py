"""The batches of a run: where each stands, and what it waits for."""

from __future__ import annotations

import streamlit as st

from core.domain.call_records import Batch
from core.domain.states import BatchState
from core.services.runs import RunView
from pages.components.figures import count, when
from pages.components.session import Here

_STATES: dict[BatchState, str] = {
    BatchState.PREPARED: "Being handed in",
    BatchState.SUBMITTED: "At the provider",
    BatchState.COLLECTED: "Stored",
    BatchState.EXPIRED: "Expired",
    BatchState.CANCELLED: "Cancelled",
    BatchState.FAILED: "Not taken",
}
_OPEN = (BatchState.PREPARED, BatchState.SUBMITTED)


def show_batches(h: Here, view: RunView) -> None:
    """A row for each batch, the newest first; renewed by itself while the run is active."""
    if view.run.batched:
        st.fragment(_table, run_every=2.0 if view.active else None)(h, view.run.id)


def _table(h: Here, run_id: str) -> None:
    found = h.work.batches.of_run(h.project_id, run_id)
    if not found:
        return
    left = sum(batch.state in _OPEN for batch in found)
    words = f"{count(left, 'batch', 'batches')} not stored yet" if left else "all stored"
    with st.expander(f"{count(len(found), 'batch', 'batches')}, {words}", expanded=bool(left), key="runs.batches"):
        st.caption(
            "The provider answers a batch within 24 hours; the studio looks at it by itself and may be closed "
            "meanwhile. Its money is held until its answers are stored; what is not answered costs nothing."
        )
        st.dataframe([_row(batch) for batch in found], key="runs.batch_table", hide_index=True, width="stretch")


def _row(batch: Batch) -> dict[str, object]:
    told = f" ({batch.remote_status.replace('_', ' ')})" if batch.state is BatchState.SUBMITTED else ""
    return {
        "State": _STATES[batch.state] + told,
        "Calls": batch.n_calls,
        "Answered": batch.n_answered,
        "Since": when(batch.submitted_at or batch.created_at),
        "Model": batch.model,
        "Id at the provider": batch.remote_id,
        "Error": batch.error,
    }
