"""The drawing paper in a real browser, drawn upon with mouse or finger: for browser tests and benchmarks."""

from __future__ import annotations

from playwright.sync_api import Page, expect

FAR_AWAY = 60_000  # milliseconds until the paper is there, for busy machines
INK = """canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
    .reduce((count, value, index) => count + (index % 4 === 0 && value < 100), 0)"""
HAS_MARKS = """count => {
    const kept = JSON.parse(sessionStorage.getItem("fmnist drawing"));
    return kept?.marks.length === count;
}"""

Point = tuple[float, float]  # shares of the paper's width and height, from its upper left corner


class Paper:
    """The paper of a page that shows the Draw view.

    Parameters
    ----------
    page : Page
    finger : bool
        Whether to draw with real touch events instead of a mouse's.
    """

    def __init__(self, page: Page, finger: bool = False) -> None:
        self.page = page
        self._touch = page.context.new_cdp_session(page) if finger else None
        self.surface = page.locator(".st-key-canvas canvas.upper-canvas")  # takes what the hand does
        self._drawing = page.locator(".st-key-canvas canvas.dc-canvas.lower-canvas")

    def open(self, url: str, query: str = "") -> Paper:
        """Visit the Draw view of the dashboard at this address, and wait until one can draw."""
        self.page.goto(f"{url}/predict?view=draw{query}")
        self.wait_until_begun()
        return self

    def wait_until_begun(self) -> None:
        """Wait until the paper is there, with what the browser kept, and in the middle of the window."""
        self.surface.wait_for(timeout=FAR_AWAY)
        self.page.wait_for_function('() => sessionStorage.getItem("fmnist drawing")', timeout=FAR_AWAY)
        self.wait_for_answer()
        self.surface.evaluate("canvas => canvas.scrollIntoView({block: 'center'})")

    def draw(self, points: list[Point]) -> None:
        """One stroke."""
        if self._touch:
            for kind, point in [("touchStart", points[0]), *(("touchMove", each) for each in points[1:])]:
                self._finger(kind, point)
            self._finger("touchEnd")
            return
        mouse = self.page.mouse
        mouse.move(*self.place(points[0]))
        mouse.down()
        for point in points[1:]:
            mouse.move(*self.place(point))
        mouse.up()

    def press(self, name: str) -> None:
        """Click or tap a button of the page by its words."""
        button = self.page.get_by_role("button", name=name, exact=True)
        button.tap() if self._touch else button.click()

    def wait_for_marks(self, count: int) -> None:
        """Wait until the server has heard of so many marks on the paper, and has answered."""
        self.page.wait_for_function(HAS_MARKS, arg=count)
        self.wait_for_answer()

    def wait_for_answer(self) -> None:
        """Wait until nothing runs."""
        expect(self.page.locator("[data-testid=stApp]")).to_have_attribute(
            "data-test-script-state", "notRunning"
        )

    def ink(self) -> int:
        """How many pixels are dark."""
        return self._drawing.evaluate(INK)

    def wait_for_ink(self, ink: int) -> None:
        """Wait until so many pixels are dark: what the server lays comes a moment after its answer."""
        canvas = self._drawing.element_handle()
        self.page.wait_for_function(f"([canvas, ink]) => ({INK})(canvas) === ink", arg=[canvas, ink])

    def place(self, point: Point) -> Point:
        """Where a point of the paper is in the window."""
        box = self.surface.bounding_box()
        return box["x"] + point[0] * box["width"], box["y"] + point[1] * box["height"]

    def _finger(self, kind: str, point: Point | None = None) -> None:
        points = [dict(zip("xy", self.place(point), strict=True))] if point else []
        self._touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
