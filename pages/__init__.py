"""The screens of the dashboard, one file each: widgets and words, no computing."""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

# Until st.navigation has been called once, Streamlit 1.67 takes a folder named pages/ for its older kind of
# multipage app: after a start of the server the first visitor of /train would get pages/train.py without
# app.py around it. This runs once, before the first page draws anything, and starts that visit again.
if PagesManager.uses_pages_directory and get_script_run_ctx(suppress_warning=True) is not None:
    PagesManager.uses_pages_directory = False
    st.rerun()
