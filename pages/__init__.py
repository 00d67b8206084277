"""The screens of the dashboard, one file each: widgets and words, no computing."""
