"""Plans as files: save the one in the form, load one into the form."""

from __future__ import annotations

import streamlit as st

from core.domain.naming import slug
from core.domain.plans import Plan, SamplesPlan, makes
from core.errors import InvalidInputError, StudioError
from pages.components.notices import flash
from pages.components.plan_state import fill
from pages.components.session import Here

_PROBLEM = "generate.load_problem"


def plan_file_menu(h: Here) -> None:
    """Load a plan file; what was wrong with the last one stands beside it."""
    with st.popover("Plan file", icon=":material/description:", key="generate.plan_file"):
        st.markdown(
            "A plan file says in YAML what to make, by whom and under which caps, with names instead of numbers. "
            "Run it here or with `python -m core generate --plan FILE`."
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


def _load(h: Here) -> None:
    """Callback of the uploader: the form is not drawn yet and may be filled."""
    file = st.session_state["generate.file"]
    if file is None:
        return
    try:
        plan = h.work.generation.plan_from_file(h.project_id, file.getvalue(), file.name)
        if not isinstance(plan, SamplesPlan):
            raise InvalidInputError(
                f"{file.name} is a plan for {makes(plan).value}, and this page makes samples.",
                "Start it on the Taxonomy or Curriculum page, or with: python -m core generate --plan FILE",
            )
    except StudioError as error:
        st.session_state[_PROBLEM] = (error.message, error.hint)
    else:
        fill(plan, _disciplines(h, plan))
        st.query_params.pop("preview", None)
        flash(f"{file.name} is in the form.")


def _disciplines(h: Here, plan: SamplesPlan) -> list[int]:
    """Those of the plan and those of its subjects, in the order of the tree."""
    views = h.work.generation.sources(h.project_id, include_unverified=True)
    narrowed = {s.node_id for view in views for s in view.sources if s.subject.id in plan.subjects}
    return [view.node.id for view in views if view.node.id in narrowed or view.node.id in plan.disciplines]


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
