"""Interactive charts: data → altair.Chart, one file per page."""
