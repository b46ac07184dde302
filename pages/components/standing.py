"""Where a project stands: the next step, the figures, the way from taxonomy to dataset."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.services.projects import Standing
from pages.components.figures import count, money, percent, share
from pages.components.text import safe


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next, and the page that does it."""

    title: str
    words: str
    page: str
    button: str
    icon: str


_EMPTY = Step(
    "The taxonomy is empty",
    "Add fields, sub-fields and disciplines, let a teacher propose them, or import a file.",
    "taxonomy",
    "Open the taxonomy",
    "account_tree",
)
_VERIFY = Step(
    "Verify a discipline",
    "Choose a discipline you know and keep its branch. Samples are drawn from verified knowledge only.",
    "taxonomy",
    "Open the taxonomy",
    "account_tree",
)
_CURRICULUM = Step(
    "Build the curriculum",
    "Let a teacher list the subjects of your discipline and design their syllabi; verify what is right.",
    "curriculum",
    "Open the curriculum",
    "menu_book",
)
_GENERATE = Step(
    "Generate samples",
    "Preview real questions with their exact prompts and price, then start a run under a cap.",
    "generate",
    "Open Generate",
    "auto_awesome",
)
_MORE = Step(
    "Generate more",
    "Everything generated is reviewed. Draw more samples, or verify another discipline.",
    "generate",
    "Open Generate",
    "auto_awesome",
)


def _reviewed(standing: Standing) -> int:
    return standing.reviews.get("accepted", 0) + standing.reviews.get("rejected", 0)


def find_step(standing: Standing) -> Step:
    """The first thing that is missing on the way to a dataset."""
    pending, accepted = standing.reviews.get("pending_review", 0), standing.reviews.get("accepted", 0)
    alive = sum(number for (_, state), number in standing.nodes.items() if state != "removed")
    few_judged = _reviewed(standing) < max(10, standing.samples // 2)
    title = safe(standing.active[0].title) if standing.active else ""
    wait = f"{count(pending, 'sample waits', 'samples wait')} for a verdict: one key each."
    ready = f"{count(accepted, 'sample is', 'samples are')} accepted. Freeze them as a version and export it."
    steps = (
        (bool(title), Step("A run is active", f"“{title}” is being worked on.", "runs", "Watch it", "play_circle")),
        (not alive, _EMPTY),
        (not standing.verified_disciplines, _VERIFY),
        (not standing.verified_syllabi, _CURRICULUM),
        (not standing.samples, _GENERATE),
        (bool(pending) and few_judged, Step("Review samples", wait, "review", "Start reviewing", "rate_review")),
        (
            bool(accepted) and not standing.datasets,
            Step("Freeze a dataset", ready, "datasets", "Open Datasets", "dataset"),
        ),
        (bool(pending), Step("Go on reviewing", wait, "review", "Review", "rate_review")),
        (True, _MORE),
    )
    return next(step for applies, step in steps if applies)


def next_step(standing: Standing) -> None:
    """The one thing to do next."""
    step = find_step(standing)
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="medium"):
        with st.container():
            st.markdown(f"##### :material/{step.icon}: Next: {step.title}")
            st.markdown(step.words)
        if st.button(step.button, type="primary", key="home.next", icon=":material/arrow_forward:", width="content"):
            st.switch_page(f"{step.page}.py", query_params={"project": standing.project.id})


def show_figures(standing: Standing) -> None:
    """Spend against caps, and what it bought."""
    accepted, decided = standing.reviews.get("accepted", 0), _reviewed(standing)
    pending = standing.reviews.get("pending_review", 0)
    cost_cap, call_cap = standing.project.cost_cap, standing.project.call_cap
    figures = (
        (
            "Spent",
            money(standing.spent.settled),
            f"of {money(cost_cap)}" if cost_cap is not None else "no cost cap",
            "Sum over the ledger: every call that was made, retries included. The cap is set on the Project page.",
        ),
        (
            "Calls",
            count(standing.spent.calls),
            f"of {count(call_cap)}" if call_cap is not None else "no query budget",
            f"Calls to teachers. Money held for calls under way: {safe(money(standing.spent.held))}.",
        ),
        ("Samples", count(standing.samples), f"{count(pending)} to judge", "Previews not counted."),
        (
            "Accepted",
            percent(accepted / decided) if decided else "none yet",
            f"{count(accepted)} of {count(decided)} decided",
            "Share of accepted samples among those that people accepted or rejected; what is disputed is not decided.",
        ),
    )
    with st.container(horizontal=True, gap="small"):
        for label, value, below, words in figures:
            st.metric(
                label, value, delta=below, delta_color="off", delta_arrow="off", help=words, border=True, width=193
            )


def show_path(standing: Standing) -> None:
    """The way of the work, one line a stage."""
    pending = standing.reviews.get("pending_review", 0)
    disciplines = sum(n for (kind, state), n in standing.nodes.items() if kind == "discipline" and state != "removed")
    rows = (
        ("taxonomy", "Taxonomy", "disciplines verified", standing.verified_disciplines, disciplines),
        ("curriculum", "Curriculum", "syllabi verified", standing.verified_syllabi, standing.syllabi),
        ("review", "Review", "samples judged", standing.samples - pending, standing.samples),
        ("datasets", "Datasets", "accepted samples to freeze", standing.reviews.get("accepted", 0), standing.samples),
    )
    st.subheader("The way to the dataset")
    for page, title, what, done, whole in rows:
        link, bar = st.columns([1, 3], vertical_alignment="center", gap="small")
        link.page_link(f"{page}.py", label=title, query_params={"project": standing.project.id})
        bar.progress(done / whole if whole else 0.0, text=f"{share(done, whole)} {what}" if whole else f"no {what} yet")
