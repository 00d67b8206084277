"""The view `break` of Predict: an image changed by hand, what fools the network, all images at once."""

from __future__ import annotations

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fmnist.data.class_words import class_name
from fmnist.drawing.paper import Drawing, Sheet
from fmnist.drawing.picture_files import open_picture
from fmnist.evaluation.changes import AMOUNTS, Changes
from fmnist.evaluation.changes import noise as random_noise
from fmnist.evaluation.verdict import best_guesses
from fmnist.language import N_, _
from fmnist.lesson.predict_address import BREAKING, MOST_ATTACK
from fmnist.plots.kept_figures import probability_bars_png
from fmnist.plots.thumbnails import enlarged_png, ink_on_white
from fmnist.runs.store import RunError, Snapshot
from fmnist.workers.queue import WorkerError
from pages.parts.predict import address, all_images, looked_at, smaller
from pages.parts.predict.looked_at import LookedAt
from pages.parts.shell import frame, shared, small_pictures
from pages.parts.shell.small_pictures import SmallPicture

WAYS = {
    "change": N_(":material/tune: Change an image"),
    "fool": N_(":material/bolt: Fool it"),
    "all": N_(":material/query_stats: All test images"),
    "smaller": N_(":material/compress: Make it smaller"),
}
WITH_AN_IMAGE = ("change", "fool")
LABELS = {
    "right": N_("Move right (pixels)"),
    "down": N_("Move down (pixels)"),
    "turn": N_("Turn clockwise (degrees)"),
    "brighter": N_("Brighter (grey levels)"),
    "blur": N_("Blur (times)"),
    "erased": N_("Erase a square (side in pixels)"),
    "noise": N_("Noise (± grey levels)"),
}
SWITCHES = {"mirrored": N_("Mirror"), "negated": N_("Negate")}
KEY = "change_{name}"
EDGE = 5  # screen pixels for each pixel of an image
SMALL = 112  # screen pixels of one of four pictures: four for each of the image's
FOUR = 4 * SMALL + 3 * 16  # of all four and the gaps between them
ENLARGED = 10  # times
ITERATED = 10  # steps of the stronger attack


def show(run: Snapshot) -> None:
    """Show the view for a run that has predictions."""
    _view(run)


@st.fragment
def _view(run: Snapshot) -> None:
    address.send_values()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        way = st.segmented_control(
            _("What to do"),
            BREAKING,
            format_func=lambda name: _(WAYS[name]),
            key="breaking",
            required=True,
            persist_state="session",
            label_visibility="collapsed",
        )
        looked = looked_at.choose(()) if way in WITH_AN_IMAGE else None
    try:
        if looked is None:
            {"all": all_images, "smaller": smaller}[way].show(run)
        else:
            {"change": _change, "fool": _fool}[way](run, looked)
    except (WorkerError, RunError) as error:
        st.warning(shared.plain(str(error)), icon=":material/error:")
    address.write()


def _probabilities(run: Snapshot, images: list[np.ndarray]) -> np.ndarray:
    return shared.workers().judge.predict(run.id, np.stack(images))


# ---- by hand


def _change(run: Snapshot, looked: LookedAt) -> None:
    said = st.container(key="said")  # on a phone, where the answer lies below the sliders
    by_hand, answer = frame.stage(5, 7)
    with by_hand:
        first_row = st.container(horizontal=True, gap="medium", vertical_alignment="center")
        changes = _choose_changes(first_row)
        first_row.button(
            _("Back to the original"),
            key="unchanged",
            icon=":material/undo:",
            disabled=not changes,
            on_click=_reset,
        )
    changed = changes.of(looked.image[None])[0]
    with by_hand:
        st.button(
            _("Paint on it, on the paper of Draw"),
            key="paint_on_it",
            icon=":material/draw:",
            on_click=_lay_on_paper,
            args=(changed,),
            type="tertiary",
        )
    before, after = _probabilities(run, [looked.image, changed])
    words = _what_changed(changes, looked, before, after)
    said.markdown(words)
    with answer, st.container(key="answer"):
        st.markdown(words)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            small_pictures.show(
                [
                    _small(looked.image, _("the original"), looked.alt),
                    _small(
                        changed, _("changed"), _("The same image, {what}").format(what=changes.in_words())
                    ),
                ],
                28 * EDGE,
            )
            _bars(after, looked.label)


def _choose_changes(first_row: DeltaGenerator) -> Changes:
    values: dict[str, int | bool] = {}
    with first_row:
        for name, label in SWITCHES.items():
            key = KEY.format(name=name)
            values[name] = st.toggle(_(label), key=key, persist_state="session")
    columns = st.columns(2)
    for place, (name, label) in enumerate(LABELS.items()):
        low, high, step = AMOUNTS[name]
        values[name] = columns[place % 2].slider(
            _(label), low, high, 0, step=step, key=KEY.format(name=name), persist_state="session"
        )
    return Changes(**values)


def _reset() -> None:
    for name in LABELS:
        st.session_state[KEY.format(name=name)] = 0
    for name in SWITCHES:
        st.session_state[KEY.format(name=name)] = False


def _lay_on_paper(image: np.ndarray) -> None:
    """Put the image on the paper of the view `draw`, and go there. For a callback."""
    picture = open_picture(enlarged_png(ink_on_white(image), 10))
    sheet = st.session_state.get("sheet", Sheet())
    st.session_state.sheet = sheet.lay(Drawing.of_picture(picture))
    address.begin_view("draw")
    st.rerun("app")


def _what_changed(changes: Changes, looked: LookedAt, before: np.ndarray, after: np.ndarray) -> str:
    """What was done, and what it made of the answer."""
    was, now = (best_guesses(each, 1)[0] for each in (before, after))
    if not changes:
        words = _("Nothing is changed yet: **{was}**. Move a slider and see what the network says then.")
        return words.format(was=was)
    words = _("{what}: **{was}** became {now}.")
    if int(before.argmax()) == int(after.argmax()):
        words = _("{what}: it was **{was}** and still is {now}.")
    return words.format(what=_capital(changes.in_words()), was=was, now=_coloured(now, after, looked.label))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _coloured(words: str, probabilities: np.ndarray, label: int | None) -> str:
    """A guess in blue if it is right, in red if not, where the class is known."""
    if label is None:
        return f"**{words}**"
    return f":blue[**{words}**]" if int(probabilities.argmax()) == label else f":red[**{words}**]"


# ---- by a small change everywhere


def _fool(run: Snapshot, looked: LookedAt) -> None:
    label = looked.label
    if label is None:
        label = int(_probabilities(run, [looked.image])[0].argmax())
    by_hand, answer = frame.stage(5, 11)
    with by_hand:
        size = st.slider(
            _("The largest change of a pixel (± grey levels of 255)"),
            0,
            MOST_ATTACK,
            8,
            key="attack_size",
            persist_state="session",
        )
        iterated = st.toggle(_("In ten small steps: stronger"), key="iterated", persist_state="session")
        st.markdown(_smallest_in_words(_smallest(run, looked.image, label), label))
        st.caption(
            _(
                "Each pixel goes up or down, whichever makes the network's loss grow (fast gradient sign "
                "method). Noise of the same size goes up or down by lot."
            )
        )
    judge = shared.workers().judge
    sizes, labels = np.array([size]), np.array([label])
    attacked, (after,) = judge.attack(run.id, looked.image[None], labels, sizes, ITERATED if iterated else 1)
    noisy = _noisy(looked.image, size)
    before, of_noise = _probabilities(run, [looked.image, noisy])
    with answer, st.container(key="answer"):
        words = _("A change of at most ±{size}: {now}. Before: **{was}**.")
        st.markdown(
            words.format(
                size=size,
                now=_coloured(best_guesses(after, 1)[0], after, label),
                was=best_guesses(before, 1)[0],
            )
        )
        guesses = [best_guesses(each, 1)[0] for each in (before, after, of_noise)]
        with st.container(horizontal=True, gap="small"):
            with st.container(width=FOUR):
                small_pictures.show(_four_pictures(looked, attacked[0], noisy, size, guesses), SMALL)
            _bars(after, label)


def _four_pictures(
    looked: LookedAt, attacked: np.ndarray, noisy: np.ndarray, size: int, guesses: list[str]
) -> list[SmallPicture]:
    """The original, the attack on it, its result and noise, with what the network says to three of them."""
    difference = ENLARGED * (attacked.astype(int) - looked.image) + 128
    before, after, of_noise = guesses
    return [
        _small(looked.image, _("the original"), looked.alt, before),
        _small(
            difference.clip(0, 255).astype(np.uint8),
            _("the change × {times}").format(times=ENLARGED),
            _("What the attack adds to each pixel, ten times enlarged: dark adds, light takes away"),
        ),
        _small(
            attacked,
            _("attacked"),
            _("The image with the change of at most ±{size}").format(size=size),
            after,
        ),
        _small(
            noisy,
            _("random noise ±{size}").format(size=size),
            _("The image with random noise of the same size"),
            of_noise,
        ),
    ]


def _noisy(image: np.ndarray, size: int) -> np.ndarray:
    return (image + random_noise(image.shape, size)).clip(0, 255).astype(np.uint8)


@st.cache_data(max_entries=200, show_spinner=False)
def _smallest_of(run_id: str, epochs_done: int, pixels: bytes, label: int) -> tuple[int | None, int | None]:
    # The second argument, which is not read, tells one state of the run from another.
    sizes = np.arange(MOST_ATTACK + 1)
    image = np.frombuffer(pixels, np.uint8).reshape(28, 28)
    images, labels = np.repeat(image[None], len(sizes), axis=0), np.full(len(sizes), label)
    found = []
    for steps in (1, ITERATED):
        _changed, judged = shared.workers().judge.attack(run_id, images, labels, sizes, steps)
        wrong = np.flatnonzero(judged.argmax(axis=1) != label)
        found.append(int(wrong[0]) if len(wrong) else None)
    return found[0], found[1]


def _smallest(run: Snapshot, image: np.ndarray, label: int) -> tuple[int | None, int | None]:
    """The least size of a fast and of an iterated attack that makes the network say another class."""
    return _smallest_of(run.id, run.epochs_done, image.tobytes(), label)


def _smallest_in_words(smallest: tuple[int | None, int | None], label: int) -> str:
    fast, iterated = smallest
    name = class_name(label)
    if 0 in smallest:
        return _("It takes this image for another class than **{name}** without any change.").format(
            name=name
        )
    if fast is None and iterated is None:
        return _("No change of up to ±{most} fools it: it goes on saying **{name}**.").format(
            most=MOST_ATTACK, name=name
        )
    told = [
        words.format(size=size)
        for size, words in (
            (fast, _("**±{size}** in one step")),
            (iterated, _("**±{size}** in ten small steps")),
        )
        if size is not None
    ]
    words = _("**The smallest change that fools it:** {sizes}, of 255 grey levels.")
    return words.format(sizes=_(", ").join(told))


# ---- pictures


def _small(image: np.ndarray, title: str, alt: str, note: str = "") -> SmallPicture:
    return SmallPicture(enlarged_png(ink_on_white(image), EDGE), title, alt, note)


def _bars(probabilities: np.ndarray, label: int | None) -> None:
    first, *others = best_guesses(probabilities)
    alt = _("Ten bars, the highest: {first}; then {others}").format(first=first, others=_(", ").join(others))
    shared.show_picture(probability_bars_png(probabilities, label, shared.is_dark()), alt=alt, width=330)
