"""Claims about the dashboard: unit/ without a page, pages/ with AppTest, browser/ in real Chromium."""
