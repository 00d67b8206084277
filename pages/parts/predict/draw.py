"""The view `draw` of Predict: a drawing, a picture or a photo, and what two networks take it for."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from PIL import Image
from streamlit.delta_generator import DeltaGenerator

from fmnist.data.class_words import class_name, name_shown
from fmnist.data.facts import CLASS_NAMES
from fmnist.drawing import examples, sketch
from fmnist.drawing.paper import PAPER, Drawing, Sheet
from fmnist.drawing.picture_files import EXTENSIONS, NO_GARMENT, png_file
from fmnist.drawing.sketch import Conversion, SketchError, Step
from fmnist.evaluation import verdict
from fmnist.language import N_, _
from fmnist.lesson.path import DRAW
from fmnist.lesson.predict_address import THINNEST, TONES, WIDEST
from fmnist.networks.shipped import SKETCH_READY
from fmnist.plots.kept_figures import probability_bars_png
from fmnist.plots.thumbnails import thumbnail
from fmnist.runs.store import Snapshot
from fmnist.workers.neighbours import Neighbours
from fmnist.workers.predictor import Judgement
from fmnist.workers.queue import WorkerError
from pages.parts.predict import address, paper, paper_memory, run_choice
from pages.parts.predict.paper import Brush
from pages.parts.shell import frame, path, shared, small_pictures
from pages.parts.shell.small_pictures import SmallPicture

NEIGHBOURS = 5
MEGABYTES = 10
SOURCES = {
    "draw": N_(":material/draw: Draw"),
    "upload": N_(":material/upload: Upload"),
    "camera": N_(":material/photo_camera: Camera"),
}
TOOLS = {
    "pen": N_(":material/edit: Pen"),
    "eraser": N_(":material/ink_eraser: Eraser"),
}
HELP = {
    "pen": N_("Draw the outline of one garment, large."),
    "eraser": N_("Rub out what you don't want, two and a half times as wide as the pen."),
}
ICONS = {"undo": ":material/undo:", "redo": ":material/redo:", "clear": ":material/delete:"}
AWAITED = {
    "upload": N_("Choose a picture, and what two networks take it for appears here."),
    "camera": N_("Take a photo, and what two networks take it for appears here."),
}
DIFFERENCE_TO_A_RUN_ON_PHOTOS = N_(
    "The run has learned from photos of clothes alone, which are grey surfaces: thin lines are new to it. "
    "Sketch-ready has also practised on drawings made from those photos, so it judges by the outline."
)
DIFFERENCE_WITHOUT_LINES = N_(
    "Both have learned from photos of clothes, Sketch-ready from drawings, too. "
    "They differ in their layers, in how long they practised and in chance."
)
DIFFERENCE_TO_A_RUN_WITH_DRAWINGS = N_(
    "Both have learned from photos and from drawings. "
    "They differ in their layers, in how long they practised and in chance."
)
UPLOADED = 320  # pixels of the longest edge of an uploaded picture on the page
SMALL = 104  # pixels of the edge of a small picture
EXAMPLES = (N_("Bag"), N_("T-shirt"), N_("Trousers"))  # the titles of our own drawings


def show(run: Snapshot | None) -> None:
    """Show the view; `run` is the run chosen on the page, or None before there is one."""
    _neighbours(shared.dataset().fingerprint)  # begins to look at them before the first stroke
    _view(run)


@st.fragment
def _view(run: Snapshot | None) -> None:
    _draw_and_judge(run)
    address.write()


def _draw_and_judge(run: Snapshot | None) -> None:
    left, right = frame.stage(13, 15)
    with left:
        tools = st.container(horizontal=True, vertical_alignment="center", gap="small")
        place = st.container(gap="xsmall")
        said = st.container(key="said")  # on a phone, where the answer would be out of sight
        try:
            with place:
                picture, ground = _picture(tools)
                conversion = None if picture is None else sketch.convert(picture, paper=ground)
        except SketchError as error:
            st.error(str(error), icon=":material/broken_image:")
            return
        if st.session_state.draw_source == "draw":
            _offer_examples()
    with right:
        _show_answer(run, conversion, st.session_state.draw_source, said)


# ---- where the picture comes from


def _picture(tools: DeltaGenerator) -> tuple[Image.Image | None, int | None]:
    """The picture to judge, and the grey level of its paper where that is known."""
    source = tools.segmented_control(
        _("Picture from"),
        SOURCES,
        required=True,
        format_func=lambda name: _(SOURCES[name]),
        key="draw_source",
        persist_state="session",
        label_visibility="collapsed",
    )
    if source == "draw":
        return _drawing(tools), PAPER
    picture = _file(_uploaded() if source == "upload" else _photographed())
    if source == "upload" and picture is not None:
        _show_uploaded(picture)
    return picture, None


def _drawing(tools: DeltaGenerator) -> Image.Image:
    tool = tools.pills(
        _("Tool"),
        TOOLS,
        required=True,
        format_func=lambda name: _(TOOLS[name]),
        key="tool",
        persist_state="session",
        wrap=True,
        label_visibility="collapsed",
    )
    with tools.popover(_("Brush"), icon=":material/line_weight:"):
        brush = _brush(tool)
    try:
        sheet = _drawn_upon(_sheet(), brush)
    except SketchError:
        _offer_steps(st.session_state.get("sheet", Sheet()))  # what the browser sent can be cleared away
        raise
    _offer_steps(sheet)
    return sheet.now.image()


def _sheet() -> Sheet:
    """The visitor's sheet; after a reload or a restart, with what their browser kept."""
    sheet = st.session_state.get("sheet")
    if sheet is None and (drawing := paper_memory.kept()) is not None:
        sheet = st.session_state.sheet = Sheet.found(drawing)
    if sheet is None:
        return Sheet()
    return sheet if paper.is_begun() else sheet.anew()


def _drawn_upon(sheet: Sheet, brush: Brush) -> Sheet:
    """Show the sheet and take over what was drawn on it."""
    message = paper.draw_on_paper(brush, sheet)
    if "sheet" not in st.session_state:
        if message is None or not message.drawing.marks:
            paper_memory.keep(None)
            return sheet
        st.session_state.sheet = Sheet.found(
            message.drawing
        )  # the browser drew on while the server began anew
        st.rerun()
    sheet = sheet.after(message)
    sheet.now.image()  # raises unless it is a picture
    st.session_state.sheet = sheet
    paper_memory.keep(sheet.now)
    return sheet


def _offer_steps(sheet: Sheet) -> None:
    steps = {
        "undo": (_("Undo"), Sheet.undo, bool(sheet.past)),
        "redo": (_("Redo"), Sheet.redo, bool(sheet.undone)),
        "clear": (_("Clear"), Sheet.clear, bool(sheet.now.marks)),
    }
    with st.container(horizontal=True, gap="small", key="paper_steps"):
        for name, (words, step, is_possible) in steps.items():
            st.button(
                words,
                icon=ICONS[name],
                key=f"paper_{name}",
                on_click=_take_step,
                args=(step,),
                disabled=not is_possible,
            )


def _take_step(step: Callable[[Sheet], Sheet]) -> None:
    sheet = st.session_state.get("sheet", Sheet())
    st.session_state.sheet = step(sheet.after(paper.said()))  # of strokes that came with the click, too


def _brush(tool: str) -> Brush:
    st.caption(_(HELP[tool]))
    with st.container(horizontal=True, gap="medium"):
        width = st.slider(_("Pen width"), THINNEST, WIDEST, key="brush", width=150, persist_state="session")
        tone = st.select_slider(
            _("Grey tone"), TONES, format_func=_, key="tone", width=150, persist_state="session"
        )
    return Brush(tool, width, TONES[tone])


def _offer_examples() -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_("Or take one of ours:"), width="content")
        for title in examples.titles():
            st.button(_(title), key=f"example_{title.lower()}", on_click=_lay_example, args=(title,))


def _lay_example(title: str) -> None:
    picture = sketch.open_picture(examples.png_of(title))
    _take_step(lambda sheet: sheet.lay(Drawing.of_picture(picture)))


def _uploaded():
    return st.file_uploader(
        _("A drawing, or a photo of one garment on a plain ground"),
        list(EXTENSIONS),
        max_upload_size=MEGABYTES,
        key="upload",
    )


def _photographed():
    return st.camera_input(_("One garment on a plain ground, as large as it fits"), key="camera")


def _file(file) -> Image.Image | None:
    if file is None:
        return None
    return sketch.open_picture(file.getvalue())


def _show_uploaded(picture: Image.Image) -> None:
    """What was chosen; a camera shows its photo itself."""
    shown = picture.copy()
    shown.thumbnail((UPLOADED, UPLOADED))
    shared.show_picture(png_file(shown), alt=_("The picture you uploaded"), width=shown.width)


# ---- what becomes of it


def _show_answer(
    run: Snapshot | None, conversion: Conversion | None, source: str, said: DeltaGenerator
) -> None:
    answer = st.container(key="answer")
    if conversion is None or conversion.hint:
        with answer:
            _show_what_is_awaited(conversion, source)
        return
    label = _asked_label()
    models = [SKETCH_READY, *([run.id] if run else [])]
    judgements = shared.workers().judge.judgements(models, conversion.image[None])
    with answer:
        _show_judges(run, judgements, label)
    said.markdown(_in_words(run, judgements))
    if run is not None:
        st.caption(_why_they_differ(run, judgements, conversion.is_lines))
    _show_steps(conversion)
    _show_neighbours(judgements[SKETCH_READY])


def _show_what_is_awaited(conversion: Conversion | None, source: str) -> None:
    if conversion is None:
        st.info(_(AWAITED[source]), icon=":material/image_search:")
    elif source != "draw":
        st.info(_(NO_GARMENT), icon=":material/image_search:")
    else:
        st.info(conversion.hint, icon=":material/draw:")
        words = _("After each stroke you see here what two networks take it for, and what they are given.")
        st.caption(words)


def _in_words(run: Snapshot | None, judgements: dict[str, Judgement | WorkerError]) -> str:
    """Both answers in one line."""
    names = {SKETCH_READY: "Sketch-ready"} | ({run.id: run_choice.title_of(run)} if run else {})
    answers = [
        f"**{names[model]}**: {verdict.best_guesses(judgement.probabilities[0])[0]}"
        for model, judgement in judgements.items()
        if not isinstance(judgement, WorkerError)
    ]
    return " · ".join(answers)


def _asked_label() -> int | None:
    """The class of what was drawn, if the visitor says it."""
    name = st.selectbox(
        _("What did you draw?"),
        CLASS_NAMES,
        index=None,
        format_func=name_shown,
        placeholder=_("Say it, and its bar turns blue"),
        key="drawn_class",
    )
    return None if name is None else CLASS_NAMES.index(name)


def _show_judges(
    run: Snapshot | None, judgements: dict[str, Judgement | WorkerError], label: int | None
) -> None:
    ours, chosen = st.columns(2)
    with ours:
        _show_judge("Sketch-ready", judgements[SKETCH_READY], label)
    with chosen:
        if run is None:
            run_choice.offer_training()
            return
        _show_judge(run_choice.title_of(run), judgements[run.id], label)


def _why_they_differ(run: Snapshot, judgements: dict[str, Judgement | WorkerError], is_lines: bool) -> str:
    """Why the two answers differ, if they do: "" where one is missing."""
    classes = [
        int(judgement.probabilities[0].argmax())
        for judgement in judgements.values()
        if not isinstance(judgement, WorkerError)
    ]
    if len(classes) < len(judgements):
        return ""
    if len(set(classes)) == 1:
        return _("Both name the same class.")
    if run.config is not None and run.config.learn_drawings:
        return _(DIFFERENCE_TO_A_RUN_WITH_DRAWINGS)
    return _(DIFFERENCE_TO_A_RUN_ON_PHOTOS if is_lines else DIFFERENCE_WITHOUT_LINES)


def _show_judge(name: str, judgement: Judgement | WorkerError, label: int | None) -> None:
    st.markdown(_("**{name}** says").format(name=name))
    if isinstance(judgement, WorkerError):
        st.error(str(judgement), icon=":material/error:")
        return
    probabilities = judgement.probabilities[0]
    path.mark(DRAW)
    first, *others = verdict.best_guesses(probabilities)
    st.subheader(first, anchor=False)
    st.caption(" · ".join(others))
    bars = probability_bars_png(probabilities, label, dark=shared.is_dark())
    alt = _("Ten bars, the highest: {first}; then {others}")
    shared.show_picture(bars, alt=alt.format(first=first, others=_(", ").join(others)))
    doubt = verdict.doubt(name, probabilities)
    if doubt:
        st.markdown(f":material/help: {doubt}")


def _show_steps(conversion: Conversion) -> None:
    st.markdown(_("**From your picture to what the network is given**"))
    small_pictures.show([_small(step) for step in conversion.steps], SMALL)
    with st.expander(_("What happens in each step")):
        st.markdown("\n".join(f"- **{step.title}.** {step.explanation}" for step in conversion.steps))
    st.download_button(
        _("Download the 28×28 image"),
        png_file(Image.fromarray(conversion.image)),
        file_name="drawing-28x28.png",
        mime="image/png",
        icon=":material/download:",
        on_click="ignore",
        key="download",
    )


def _small(step: Step) -> SmallPicture:
    alt = f"{step.title}: {step.explanation}"
    return SmallPicture(png_file(thumbnail(step.image, SMALL)), step.title, alt)


def _show_neighbours(judgement: Judgement | WorkerError) -> None:
    if isinstance(judgement, WorkerError):
        return  # told where its chart would be
    dataset = shared.dataset()
    neighbours = _neighbours(dataset.fingerprint)
    places = neighbours.nearest(judgement.hidden[0], NEIGHBOURS)
    st.markdown(_("**The training images that Sketch-ready finds most alike**"))
    row = []
    for place in places:
        name = class_name(dataset.train_labels[place])
        alt = _("Training image {index}: {name}").format(index=place, name=name)
        picture = png_file(thumbnail(dataset.train_images[place], SMALL))
        row.append(SmallPicture(picture, name, alt))
    small_pictures.show(row, SMALL)
    words = _("Compared with the first {count:,} training images so far.")
    st.caption(words.format(count=neighbours.seen))


@st.cache_resource(show_spinner=False, max_entries=1)
def _neighbours(fingerprint: str) -> Neighbours:  # anew when the real images take the look-alikes' place
    found = Neighbours(shared.workers().judge, SKETCH_READY, shared.dataset().train_images)
    found.start()
    return found
