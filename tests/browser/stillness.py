"""Wait until a page is at rest: a fixed pause is too long for most pages, and too short on a busy machine."""

QUIET = 300  # milliseconds without a change, after which nothing more is coming
IS_STILL = """quiet => {
    window.lastChange ??= performance.now();
    window.watcher ??= new MutationObserver(() => { window.lastChange = performance.now(); });
    const all = {subtree: true, childList: true, attributes: true, characterData: true};
    window.watcher.observe(document, all);
    const found = (selector) => [...document.querySelectorAll(selector)];
    const busy = !found('[data-test-script-state=notRunning]').length
        || found('[data-stale=true], [data-testid=stSkeleton]').length
        || found('.stVegaLiteChart').some((chart) => !chart.querySelector('canvas, svg'))
        || found('img:not([loading=lazy])').some((image) => !image.complete);
    if (busy) window.lastChange = performance.now();
    return performance.now() - window.lastChange > quiet;
}"""
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def rests(page):
    """Wait until the script has ended, pictures and charts are there, and nothing in the page changes."""
    page.evaluate("window.lastChange = performance.now()")  # what is to cause changes has just been done
    page.wait_for_function(IS_STILL, arg=QUIET)
