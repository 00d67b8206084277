"""The screens of the dashboard, one file each: widgets and words, no computing."""

from streamlit.runtime.pages_manager import PagesManager

# Until st.navigation has been called once, Streamlit 1.67 takes a folder named pages/ for its older kind of
# multipage app: the first visitor of /train would get pages/train.py without app.py around it.
PagesManager.uses_pages_directory = False
