"""What changes a node after a second look: keep a branch, remove, add, edit; with two people's texts side by side."""

from __future__ import annotations

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import CHILD_KIND, Node, Verdict
from core.errors import ConflictError
from core.services.taxonomy import NodeView
from core.services.tree_edits import Texts
from pages.components.figures import count
from pages.components.node_place import BASE, CONFLICT, close_dialog, select, walking
from pages.components.node_words import below_words, open_in_branch, path_words, vote_words
from pages.components.notices import flash, problems
from pages.components.session import Here, form_token, spend_form_token
from pages.components.text import safe


def done(message: str) -> None:
    """Close the dialog and say what happened on the page behind it."""
    close_dialog()
    flash(message)
    st.rerun()


@st.dialog("Keep this branch", on_dismiss=close_dialog)
def keep_dialog(h: Here, view: NodeView) -> None:
    """Count what will be voted on, then vote."""
    node, number = view.node, open_in_branch(view.path)
    if not number:
        st.info("Nothing in this branch is open any more.")
        return
    st.markdown(path_words(view.path, 80))
    below = below_words(node)
    parts = ["this node"]
    if len(view.path) > 1:
        parts.append("what is above it")
    if below:
        parts.append(f"{below} below it")
    st.markdown(f"You vote keep on **{count(number, 'proposed node')}**: {_listed(parts)}, as far as still proposed.")
    if view.quorum > 1:
        st.caption(f"In this project {view.quorum} votes are needed, so the others have to vote too.")
    if st.button(
        f"Keep {count(number, 'node')}", type="primary", icon=":material/done_all:", key="taxonomy.keep_branch.confirm"
    ):
        with problems(), st.spinner("Voting ..."):
            kept = h.work.votes.keep_branch(h.who, h.project_id, node.id)
            state = h.work.taxonomy.view(h.who, h.project_id, node.id).node.state
            words = "verified" if state is NodeState.VERIFIED else "voted on; more votes are needed"
            done(f"{count(kept, 'node is', 'nodes are')} {words}.")


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


@st.dialog("Remove", on_dismiss=close_dialog)
def remove_dialog(h: Here, view: NodeView) -> None:
    """Count what goes, then vote remove or, for what is verified or disputed, remove at once."""
    node = view.node
    below, going = below_words(node), node.n_descendants + 1
    st.markdown(f"**{safe(node.name, 120)}** goes" + (f", and with it **{below}**." if below else "."))
    if node.n_verified or node.state is NodeState.VERIFIED:
        verified = node.n_verified + (node.state is NodeState.VERIFIED)
        st.markdown(f":material/warning: {count(verified, 'node of these is', 'nodes of these are')} verified.")
    st.caption("Nothing is deleted: restoring it brings exactly these back.")
    open_vote = node.state is NodeState.PROPOSED
    others = any(vote.person != h.who.name for vote in view.votes)
    if open_vote:
        _vote_to_remove(h, view, going)
    if not open_vote or others or view.quorum > 1:
        _remove_at_once(h, node, going, primary=not open_vote)


def _vote_to_remove(h: Here, view: NodeView, going: int) -> None:
    node = view.node
    if view.quorum > 1 or view.votes:
        st.markdown(vote_words(view.ballot))
    note = st.text_input("Note (optional)", key="taxonomy.remove.note", max_chars=1000, placeholder="Why it goes")
    label = f"Remove {count(going, 'node')}" if view.quorum == 1 else "Vote remove"
    if st.button(label, type="primary", icon=":material/delete:", key="taxonomy.remove.vote"):
        with problems():
            meaning = node.meaning
            after = h.work.votes.vote(h.who, h.project_id, node.id, Verdict.REMOVE, note, meaning=meaning)
            if after.state is NodeState.REMOVED:
                _removed(after, going)
            if walking():
                following = h.work.taxonomy.next_open(h.who, h.project_id, node.id)
                select(following.id if following else None)
            done("Your vote is recorded.")


def _remove_at_once(h: Here, node: Node, going: int, *, primary: bool) -> None:
    label = f"Remove {count(going, 'node')}" + ("" if primary else " without a majority")
    if st.button(
        label, type="primary" if primary else "secondary", icon=":material/delete:", key="taxonomy.remove.at_once"
    ):
        with problems():
            _removed(node, h.work.tree.remove(h.who, node))


def _removed(node: Node, number: int) -> None:
    words = f"Removed {count(number, 'node')}."
    if walking():
        done(words)
    select(node.parent_id)
    done(f"{words} Turn on “Show removed” to restore.")


@st.dialog("Add to the taxonomy", on_dismiss=close_dialog)
def add_dialog(h: Here, parent: Node | None) -> None:
    """One child, named and described; it starts as proposed."""
    kind = CHILD_KIND[parent.kind if parent else None]
    if kind is None:
        return
    st.markdown(f"A {kind.label} below **{safe(parent.name, 120)}**" if parent else f"A {kind.label} at the top")
    with st.form("taxonomy.add", border=False):
        name = st.text_input("Name", key="taxonomy.add.name", placeholder="The usual English name")
        description = st.text_area(
            "Description (optional)", key="taxonomy.add.description", placeholder="One sentence: what it covers"
        )
        pressed = st.form_submit_button(
            f"Add {kind.label}", type="primary", icon=":material/add:", key="taxonomy.add.submit"
        )
    if pressed:
        with problems():
            token = form_token("taxonomy.add")
            node = h.work.tree.add(h.who, h.project_id, parent.id if parent else None, name, description, token=token)
            spend_form_token("taxonomy.add")
            select(node.id)
            done(f"Added {node.name}. It is proposed until it is kept.")


@st.dialog("Edit", width="medium", on_dismiss=close_dialog)
def edit_dialog(h: Here, view: NodeView) -> None:
    """Name, description, synonyms; when somebody else saved first, both texts and a choice."""
    node = view.node
    conflict = bool(st.session_state.get(CONFLICT))
    if node.state is NodeState.VERIFIED:
        st.caption("A new name or description makes it proposed again, and its votes start anew.")
    with st.form("taxonomy.edit", border=False):
        name = st.text_input("Name", key="taxonomy.edit.name")
        description = st.text_area("Description", key="taxonomy.edit.description")
        synonyms = st.text_area(
            "Synonyms, one a line",
            key="taxonomy.edit.synonyms",
            help="Other names for the same thing. The search finds them, and they do not reopen a verification.",
        )
        label = "Save mine over theirs" if conflict else "Save"
        pressed = st.form_submit_button(label, type="primary", icon=":material/save:", key="taxonomy.edit.submit")
    if pressed:
        with problems():
            _save(h, node, name, description, synonyms.splitlines())
    if st.session_state.get(CONFLICT):
        _theirs(h, node.id)


def _save(h: Here, node: Node, name: str, description: str, synonyms: list[str]) -> None:
    version, state = st.session_state[BASE]
    read = node.model_copy(update={"version": version, "state": state})
    try:
        after = h.work.tree.edit(h.who, read, Texts(name, description, tuple(synonyms), node.scope_note, node.notation))
    except ConflictError as error:
        if not isinstance(error.current, Node):
            raise
        st.session_state[CONFLICT] = True
        st.session_state[BASE] = (error.current.version, error.current.state)
        st.rerun()
    reopened = node.state is NodeState.VERIFIED and after.state is NodeState.PROPOSED
    done("Saved. It is proposed again." if reopened else "Saved.")


def _theirs(h: Here, node_id: int) -> None:
    """The text that stands in the database now, beside the form with one's own."""
    view = h.work.taxonomy.view(h.who, h.project_id, node_id)
    there = view.node
    person = view.history[0].action.person if view.history else "Somebody"
    with st.container(border=True):
        st.markdown(
            f":material/group: **{safe(person, 60)} changed it while you were editing.** Your text is above and not"
            f" saved; theirs, now {there.state.value}, reads:"
        )
        st.text(there.name)
        st.text(there.description or "No description")
        st.text("Synonyms: " + (", ".join(there.synonyms) or "none"))
        st.caption("Save yours over it with the button above, mend yours first, or keep theirs.")
        if st.button("Keep theirs", key="taxonomy.edit.theirs", icon=":material/undo:"):
            done("Their text stays.")
