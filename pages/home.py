"""Home."""

import streamlit as st

from pages.components.session import find_project

st.title("GLAN Studio")
st.write(find_project())
