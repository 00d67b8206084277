"""The view `beat` of Predict: a person and the network name the same twenty test images."""

from __future__ import annotations

import random

import streamlit as st

from fmnist.data.class_words import class_name, class_names
from fmnist.data.facts import HUMAN_ACCURACY
from fmnist.drawing.picture_files import png_file
from fmnist.evaluation.game import IMAGES, MOST_SEED, Game, choose_images, feedback, outcome
from fmnist.evaluation.scores import Evaluation
from fmnist.language import _
from fmnist.plots.thumbnails import ink_on_white, thumbnail
from fmnist.plots.tiles import disagreement_tiles
from fmnist.runs.store import Snapshot
from pages.parts.predict import address, one_image, run_choice
from pages.parts.predict import tiles as predict_tiles
from pages.parts.shell import shared, small_pictures
from pages.parts.shell.small_pictures import SmallPicture

SMALL = 58  # the image just answered, beside its feedback
TINY = 44  # an image answered earlier
ANSWERED = 480  # pixels: for seven of them in a row
EDGE = 282  # ten screen pixels for each of the image's, and a frame
KEY = "played"  # in the session: which game, and how far it is
# The buttons of the next image come where those of the last one were. For a moment they take no click, so
# that the second half of a double click answers nothing; nor does a digit that is held down.
PAUSE = """<style>
@keyframes pause_even { from { pointer-events: none } to { pointer-events: none } }
@keyframes pause_odd { from { pointer-events: none } to { pointer-events: none } }
.st-key-answers_even button { animation: pause_even 0.4s }
.st-key-answers_odd button { animation: pause_odd 0.4s }
.st-key-feedback { min-height: 58px } /* before the first answer, too: the buttons stay where they are */
[class*="st-key-answers_"] [aria-label^="Shortcut"] { display: none } /* the name's own digit says it */
@media (max-width: 640px) { /* image and all ten names on one screen */
  .st-key-question img { width: 168px !important }
  .st-key-question [class*="st-key-answer_"] { flex: 0 0 calc(33.3% - .75rem) !important; min-width: 0 }
  .st-key-question [class*="st-key-answer_"] button { width: 100%; padding: 0 .25rem }
  .st-key-question [class*="st-key-answer_"] p { font-size: .75rem; line-height: 1.25; white-space: normal }
}
</style>"""
ONCE = """<script>
if (!window.digitsOnce) {
  window.digitsOnce = true;
  document.addEventListener("keydown", (event) => {
    const playing = document.querySelector(".st-key-answers_even, .st-key-answers_odd");
    if (playing && event.repeat && /^[0-9]$/.test(event.key)) event.stopImmediatePropagation();
  }, true);
}
</script>"""


def show(run: Snapshot) -> None:
    """Show the view for a run that has predictions."""
    evaluation = run_choice.evaluation_of(run)
    if evaluation is None:
        return
    st.html(PAUSE + ONCE, unsafe_allow_javascript=True)
    _game(evaluation)


@st.fragment(key="game_part")
def _game(evaluation: Evaluation) -> None:
    game = _current()
    if game.is_over:
        _result(game, evaluation)
    else:
        _question(game, evaluation)
    address.write()


def _which() -> tuple[int, str]:
    return st.session_state.game, shared.dataset().fingerprint


def _current() -> Game:
    which, game = st.session_state.get(KEY, (None, None))
    if which != _which():
        game = Game(choose_images(st.session_state.game, len(shared.dataset().test_labels)))
        st.session_state[KEY] = _which(), game
    return game


def _answer(position: int, label: int) -> None:
    st.session_state[KEY] = _which(), _current().answered(position, label)


def _new_game() -> None:
    st.session_state.game = random.randint(1, MOST_SEED)


def _again() -> None:
    st.session_state.pop(KEY, None)


# ---- while it goes on


def _question(game: Game, evaluation: Evaluation) -> None:
    position = game.position
    words = _("Image {number} of {images}. So far: you {mine}, the network {networks}.")
    mine, networks = game.score(evaluation.labels), game.network_score(evaluation)
    words = words.format(number=position + 1, images=IMAGES, mine=mine, networks=networks)
    st.progress(position / IMAGES, words)
    with st.container(key="feedback", vertical_alignment="center"):
        if position:
            _last_answer(game, evaluation)
        else:
            st.markdown(_("Click its class, or press the digit on the keyboard."))
    with st.container(horizontal=True, gap="medium", key="question"):
        image = ink_on_white(shared.dataset().test_images[game.indices[position]])
        picture = png_file(thumbnail(image, EDGE))
        words = _("The test image to name, {number} of {images}").format(number=position + 1, images=IMAGES)
        shared.show_picture(picture, alt=words, width=EDGE)
        with st.container(width=380, key="choices"):
            _answers(position)
        with st.container(width=ANSWERED, key="answered"):
            _answered(game, evaluation)
    _offer_new("new_game", "secondary")


def _last_answer(game: Game, evaluation: Evaluation) -> None:
    image = ink_on_white(shared.dataset().test_images[game.indices[game.position - 1]])
    words, right = feedback(game, evaluation)
    alt = _("The image just answered. {words}").format(words=words)
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        shared.show_picture(png_file(thumbnail(image, SMALL)), alt=alt, width=SMALL)
        st.markdown(one_image.marked(words, right))


def _answered(game: Game, evaluation: Evaluation) -> None:
    """The images answered so far, each with who was right."""
    if not game.position:
        st.markdown(_("Here come your answers beside the network's, one after the other."))
        return
    st.markdown(_("Your answers, and the network's:"))
    pictures = []
    for index, answer in zip(game.indices, game.answers, strict=False):
        true, said = (class_name(int(each[index])) for each in (evaluation.labels, evaluation.predicted))
        mine, networks = (
            ("✓" if is_right else "✗")
            for is_right in (answer == evaluation.labels[index], evaluation.right[index])
        )
        alt = _("{true}: you said {mine}, the network {networks}").format(
            true=true, mine=class_name(answer), networks=said
        )
        png = png_file(thumbnail(ink_on_white(shared.dataset().test_images[index]), TINY))
        pictures.append(SmallPicture(png, f"{mine} {networks}", alt))
    small_pictures.show(pictures, TINY)


def _answers(position: int) -> None:
    # The key carries the image's place: a click on buttons that are gone answers no other image.
    parity = "odd" if position % 2 else "even"
    with st.container(key=f"answers_{parity}"), st.container(horizontal=True, gap="small"):
        for label, name in enumerate(class_names()):
            st.button(
                f"{label} {name}",
                key=f"answer_{position}_{label}",
                width=170,
                shortcut=str(label),
                on_click=_answer,
                args=(position, label),
            )


def _offer_new(key: str, kind: str) -> None:
    st.button(_("New twenty images"), key=key, type=kind, icon=":material/casino:", on_click=_new_game)


# ---- at the end


def _result(game: Game, evaluation: Evaluation) -> None:
    mine, networks = game.score(evaluation.labels), game.network_score(evaluation)
    _last_answer(game, evaluation)
    st.subheader(outcome(mine, networks), anchor=False)
    with st.container(horizontal=True):
        for who, score in ((_("You"), mine), (_("The network"), networks)):
            st.metric(who, _of_all(score), f"{score / IMAGES:.0%}", "off", delta_arrow="off", width=160)
        st.metric(
            _("People, untrained"),
            _of_all(f"{HUMAN_ACCURACY * IMAGES:.1f}"),
            f"{HUMAN_ACCURACY:.1%}",
            "off",
            delta_arrow="off",
            width=160,
            help=_("People without fashion training named 835 of 1,000 test images as the shop did."),
        )
    st.caption(_("Twenty images are few: by chance alone the next score may well differ by two."))
    with st.container(horizontal=True):
        _offer_new("next_game", "primary")
        st.button(_("The same twenty again"), key="same_game", icon=":material/replay:", on_click=_again)
    _disagreements(game, evaluation)


def _of_all(count: float | str) -> str:
    return _("{count} of {images}").format(count=count, images=IMAGES)


def _disagreements(game: Game, evaluation: Evaluation) -> None:
    st.subheader(_("Where you and the network disagreed"), anchor=False)
    tiles = disagreement_tiles(game, shared.dataset().test_images, evaluation, address.links())
    if not tiles:
        st.markdown(_("Nowhere: both of you gave the same twenty answers."))
        return
    words = _("**{count} of {images}** images. Click one to see all about it.")
    st.markdown(words.format(count=len(tiles), images=IMAGES))
    predict_tiles.show(tiles, key="disagreements", shown_in="chosen_image", opened=address.open_alone)
