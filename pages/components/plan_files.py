"""Plans as files: save the one in the form, load one into the form."""

from __future__ import annotations

import streamlit as st

from core.domain.naming import slug
from core.domain.plans import MixedPlan, Plan, SamplesPlan, makes
from core.errors import InvalidInputError, StudioError
from pages.components.notices import flash
from pages.components.plan_state import fill_plan, let_positions_go, parts_in_form, value
from pages.components.session import Here

_PROBLEM = "generate.load_problem"


def plan_file_menu(h: Here) -> None:
    """Load a plan file; what was wrong with the last one stands beside it."""
    with st.popover("Plan file", icon=":material/description:", key="generate.plan_file"):
        st.markdown(
            "A plan file says in YAML what to make, by which strategies, by whom and under which caps, with names "
            "instead of numbers. Run it here or with `python -m core generate --plan FILE`. A project's own "
            "prompts are not in it: a loaded plan asks with those that come with the studio."
        )
        st.file_uploader(
            "Load a plan",
            type=["yaml", "yml"],
            key="generate.file",
            max_upload_size=5,
            on_change=_load,
            args=(h,),
        )
        st.caption("Save the plan with the button beside Start run.")


def take_problem() -> StudioError | None:
    """What was wrong with the file that was loaded last, told once."""
    found = st.session_state.pop(_PROBLEM, None)
    return StudioError(*found) if found else None


def show_pinned() -> None:
    """Say when the plan means particular questions, and offer to go on instead."""
    if not any(value(part, "start") for part in parts_in_form()):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info("Positions from the loaded plan: the run makes exactly the questions of that plan.", width="stretch")
        st.button(
            "Go on where the last run ended",
            key="generate.press_unpin",
            icon=":material/restart_alt:",
            on_click=let_positions_go,
        )


def _load(h: Here) -> None:
    """Callback of the uploader: the form is not drawn yet and may be filled."""
    file = st.session_state["generate.file"]
    if file is None:
        return
    try:
        plan = h.work.generation.plan_from_file(h.project_id, file.getvalue(), file.name)
        if not isinstance(plan, SamplesPlan | MixedPlan):
            raise InvalidInputError(
                f"{file.name} is a plan for {makes(plan).value}, and this page makes samples.",
                "Start it on the Taxonomy or Curriculum page, or with: python -m core generate --plan FILE",
            )
    except StudioError as error:
        st.session_state[_PROBLEM] = (error.message, error.hint)
    else:
        fill_plan(h, plan)
        st.query_params.pop("preview", None)
        flash(f"{file.name} is in the form.")


def download_plan(h: Here, plan: Plan, title: str, *, key: str) -> None:
    """The plan as a file, named after its title."""
    content = h.work.generation.plan_to_file(h.project_id, plan)
    st.download_button(
        "Save plan",
        content,
        file_name=f"{slug(title, 'plan')}-plan.yaml",
        mime="application/yaml",
        key=key,
        icon=":material/download:",
        on_click="ignore",
        help="As YAML, to keep it, change it in an editor, or run it from the command line.",
    )
