"""The script of the app: title, logo, project in hand, and the list of pages."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.errors import StudioError
from pages.components.figures import money
from pages.components.notices import show_error, show_flash
from pages.components.session import choose_project, find_project, keep_person, wake_worker, workspace
from pages.components.text import safe
from pages.components.working_as import working_as

ASSETS = Path(__file__).parent / "assets"
PAGES = Path(__file__).parent


def _page(name: str, title: str, icon: str) -> st.Page:
    return st.Page(PAGES / f"{name}.py", title=title, icon=f":material/{icon}:", url_path=name, default=name == "home")


def _project_chooser() -> None:
    projects = {project.id: project for project in workspace().projects.all()}
    current = find_project()
    if current is None:
        return
    chosen = st.sidebar.selectbox(
        "Project",
        list(projects),
        index=list(projects).index(current.id),
        format_func=lambda project_id: projects[project_id].name,
        key=f"menu.project.{current.id}",
    )
    if chosen != current.id:
        st.query_params.clear()
        choose_project(chosen)
        st.rerun()
    if current.is_demo:
        st.sidebar.caption("Demo content: written for this product, no call was made for it and no cost is claimed.")
    standing = workspace().projects.standing(current.id)
    cap = f" of {money(current.cost_cap)}" if current.cost_cap is not None else ", no cap"
    held = f" · {money(standing.spent.held)} held" if standing.spent.held else ""
    st.sidebar.caption(f"Spent {safe(money(standing.spent.settled) + cap + held)}")
    if standing.active:
        wake_worker()


def main() -> None:
    """Draw the frame and run the chosen page."""
    st.set_page_config(page_title="GLAN Studio", page_icon=str(ASSETS / "mark.svg"), layout="wide")
    dark = st.context.theme.type == "dark"
    st.logo(str(ASSETS / f"logo-{'dark' if dark else 'light'}.svg"), icon_image=str(ASSETS / "mark.svg"), size="large")
    pages = {
        "": [_page("home", "Home", "home")],
        "Knowledge": [_page("taxonomy", "Taxonomy", "account_tree"), _page("curriculum", "Curriculum", "menu_book")],
        "Samples": [
            _page("seeds", "Seeds", "psychiatry"),
            _page("adviser", "Strategy", "explore"),
            _page("generate", "Generate", "auto_awesome"),
            _page("runs", "Runs", "play_circle"),
            _page("review", "Review", "rate_review"),
            _page("reviewers", "Reviewers", "groups"),
        ],
        "Result": [
            _page("datasets", "Datasets", "dataset"),
            _page("insights", "Cost and quality", "monitoring"),
        ],
        "Set-up": [_page("connections", "Connections", "hub"), _page("project", "Project", "settings")],
    }
    try:
        chosen = st.navigation(pages, expanded=True)
        keep_person()
        if workspace().projects.all():
            _project_chooser()
            working_as()
        show_flash()
        chosen.run()
    except StudioError as error:
        show_error(error)


main()
