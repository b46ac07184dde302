"""The page of the tree under the headers of the studio."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from app import SecurityHeaders

app = st.App(Path(__file__).parent / "tree_page.py", middleware=[Middleware(SecurityHeaders)])
