"""Connections: who can answer, at what price, and who answers which stage of this project."""

from __future__ import annotations

import streamlit as st

from pages.components.connection_cards import connection_cards
from pages.components.connection_forms import CONNECTED, TAB, add_endpoint, found_here
from pages.components.local_model import local_models
from pages.components.notices import problems
from pages.components.presses import show_problem
from pages.components.session import find_project, here, person, workspace
from pages.components.stage_teachers import stage_teachers

with problems():
    work, who = workspace(), person()
    st.title("Connections")
    st.markdown(
        "A connection is a place where answers come from. The built-in teacher is always here; any server that speaks "
        "the OpenAI interface can be added: OpenAI, Ollama, LM Studio, vLLM, llama.cpp, a gateway."
    )
    show_problem()
    listed, adding, local, stages = st.tabs(
        [CONNECTED, "Add an endpoint", "Local model", "Teachers of this project"],
        key=TAB,
        on_change="rerun",
    )
    if listed.open:
        with listed:
            connection_cards(work, who)
    if adding.open:
        with adding:
            found_here(work, who)
            add_endpoint(work, who)
    if local.open:
        with local:
            local_models(work, who)
    if stages.open:
        with stages:
            if find_project() is None:
                st.info("Create a project first; each project chooses its own teachers.", icon=":material/info:")
                st.page_link("home.py", label="Create a project", icon=":material/home:")
            else:
                stage_teachers(here())
