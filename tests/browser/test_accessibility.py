"""Every page for people who see and read differently: axe's rules for WCAG AA, and no sideways scrolling."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from fmnist.networks.config import RunConfig
from tests.browser.stillness import rests
from tests.browser.test_inside import make

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
PAGES = (
    "explore",
    "explore?explore_part=Compare+classes",
    "explore?explore_part=Map+of+images",
    "explore?explore_part=Doubtful+labels",
    "train",
    "predict?view=test",
    "predict?view=mistakes",
    "predict?view=inside",
    "predict?view=inside&run={convolutional}",
    "predict?view=break",
    "predict?view=break&breaking=fool",
    "predict?view=draw",
    "predict?view=beat",
    "explore?lang=zh",
    "train?lang=zh&experiment=scaling",
)
WIDTHS = (768, 390, 1280)  # the last one is how the next page is to be opened


@pytest.fixture(scope="module")
def run(server, dataset):
    """An untrained network, which every view can ask."""
    return make(server, dataset, RunConfig()).id


@pytest.fixture(scope="module")
def convolutional(server, dataset):
    """An untrained convolutional network."""
    return make(server, dataset, RunConfig(network="small-cnn")).id


@pytest.fixture(scope="module", params=["light", "dark"])
def reader(request, browser, server, run, convolutional):
    """A function that opens an address in one color scheme and waits until nothing more is coming."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=request.param)
    page = context.new_page()

    def read(address):
        page.goto(f"{server.url}/{address.format(convolutional=convolutional)}")
        rests(page)
        return page

    yield read
    context.close()


@pytest.mark.parametrize("address", PAGES)
def test_a_page_breaks_no_rule_of_wcag_aa_and_never_scrolls_sideways(reader, address):
    page = reader(address)
    found = Axe().run(page, options=RULES).response["violations"]
    broken = [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]
    assert not broken, "\n".join(broken)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        rests(page)
        beyond = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth - innerWidth")
        assert beyond <= 0, f"{beyond} pixels wider than a screen of {width}"
