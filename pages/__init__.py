"""The screens of the dashboard, one file each: widgets and words, no computing."""

from pages.parts.shell import streamlit_internals

streamlit_internals.ignore_pages_folder()
