"""The dashboard's entry: page settings and the frame around each page. Run: streamlit run app.py"""

import streamlit as st


def run() -> None:
    """Draw the frame around the page that the address asks for."""
    from fmnist.language import _
    from pages.parts.shell import frame, invitation, languages, lesson_steps, links, reconnect, visitor

    languages.begin()
    st.set_page_config(page_title=_("Fashion-MNIST: a first network"), page_icon="👕", layout="wide")
    page = st.navigation(frame.pages(), position="hidden")
    frame.tighten()
    links.hide_controls()
    frame.show(page.url_path)
    visitor.remember()
    visitor.note(page=page.url_path)
    invitation.show()
    lesson_steps.show()
    reconnect.take_up()
    page.run()


if __name__ == "__main__":  # Streamlit runs this file at each visit
    run()
elif __name__ == "app":  # the server imports it once (a child process does so under another name)
    from starlette.middleware import Middleware

    from pages.parts.shell import assets, guard, startup

    app = st.App(
        "app.py", lifespan=startup.lifespan, middleware=[Middleware(guard.Guard), Middleware(assets.Assets)]
    )
