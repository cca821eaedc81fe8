"""The explorer in a real Chromium, as a visitor uses it."""

import base64
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from selenium.webdriver import Chrome, ChromeOptions, ChromeService, Keys
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

CHROMIUM, DRIVER = "chromium", "chromedriver"
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars"
)
SECONDS = 30.0
DESK, PHONE = (1280, 900), (360, 740)


class Explorer:
    """One tab at one service, signed in with a key or not."""

    def __init__(self, browser: Chrome, url: str) -> None:
        self.browser = browser
        self.url = url

    def sign_in(self, key: str | None) -> Self:
        """Have the tab keep this key; None = none."""
        self.browser.get(f"{self.url}/healthz")
        self.run("if (arguments[0]) sessionStorage.setItem('vocero.credential', arguments[0]); else sessionStorage.clear()", key)
        return self

    def look(self, size: tuple[int, int] = DESK, scheme: str = "light") -> Self:
        """Be so large, in CSS pixels, and light or dark."""
        width, height = size
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == PHONE}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        return self

    def open(self, **state: str) -> Self:
        """The page of that state, when it is there."""
        query = "&".join(f"{name.rstrip('_')}={quote(value, safe=':')}" for name, value in state.items())
        self.browser.get(f"{self.url}/?{query}")
        self.wait(
            lambda: self.run("return document.title !== '' && !document.querySelector('main[aria-busy]') && !!document.querySelector('h1')")
        )
        return self

    def run(self, script: str, *arguments: object) -> Any:  # noqa: ANN401 - JSON
        """What the script returns, in the page."""
        return self.browser.execute_script(script, *arguments)

    def wait(self, holds: Callable[[], object], seconds: float = SECONDS) -> float:
        """How long it took until that held; a failure of the test if it took too long."""
        start = time.monotonic()
        while not holds():
            assert time.monotonic() - start < seconds, f"not within {seconds:g} s; the page says: {self.text('body')[:2000]}"
            time.sleep(0.05)
        return time.monotonic() - start

    def wait_for(self, text: str, where: str = "main", seconds: float = SECONDS) -> float:
        """How long it took until the text stood there."""
        return self.wait(lambda: text in self.text(where), seconds)

    def text(self, where: str) -> str:
        """What is to be read there, on one line; empty where there is no such place."""
        found = self.run("return document.querySelector(arguments[0])?.innerText ?? ''", where)
        return " ".join(str(found).split())

    def texts(self, where: str) -> list[str]:
        """The same of every such place."""
        found = self.run("return [...document.querySelectorAll(arguments[0])].map(each => each.innerText)", where)
        return [" ".join(each.split()) for each in found]

    def find(self, where: str) -> WebElement:
        """The first such element."""
        return self.browser.find_element(By.CSS_SELECTOR, where)

    def click(self, where: str) -> None:
        """Click on it when it is there."""
        self.wait(lambda: self.run("return !!document.querySelector(arguments[0])", where))
        self.find(where).click()

    def press(self, *keys: str) -> None:
        """Keys, wherever the focus is."""
        for key in keys:
            ActionChains(self.browser).send_keys(key).perform()

    @property
    def focused(self) -> str:
        """The id of the element that has the focus."""
        return str(self.run("return document.activeElement.id"))

    def tab_to(self, id_: str, most: int = 60) -> None:
        """Press Tab until that element has the focus."""
        for _ in range(most):
            if self.focused == id_:
                return
            self.press(Keys.TAB)
        raise AssertionError(f"Tab never came to {id_}")

    def complaints(self) -> list[str]:
        """What stands in the console: faults of scripts, and what the Content-Security-Policy kept from happening."""
        log: list[dict[str, Any]] = self.browser.get_log("browser")  # type: ignore[no-untyped-call]
        answers = "Failed to load resource"  # of the network: a page says for itself what it couldn't get
        return [entry["message"] for entry in log if entry["level"] in {"SEVERE", "WARNING"} and answers not in entry["message"]]

    def picture(self, path: Path) -> None:
        """A picture of the whole page."""
        taken = self.browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True})
        path.write_bytes(base64.b64decode(taken["data"]))

    def violations(self, axe: str) -> list[str]:
        """What axe-core has against the page."""
        self.run(axe)
        script = "const done = arguments[0]; axe.run().then(found => done(JSON.stringify(found.violations)))"
        found = json.loads(self.browser.execute_async_script(script))
        return [f"{each['id']}: {node['html'][:200]} {node['failureSummary']}" for each in found for node in each["nodes"]]


def missing() -> str | None:
    """Why there can be no browser; None when there can."""
    absent = [name for name in (CHROMIUM, DRIVER) if shutil.which(name) is None]
    return f"needs {' and '.join(absent)} (apt-get install chromium chromium-driver)" if absent else None


@contextmanager
def browsing() -> Iterator[Chrome]:
    """A Chromium with a profile of its own, which tells nobody that it runs."""
    with tempfile.TemporaryDirectory() as profile:
        options = ChromeOptions()
        options.binary_location = str(shutil.which(CHROMIUM))
        for flag in (*FLAGS.split(), f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        browser = Chrome(options, ChromeService(str(shutil.which(DRIVER))))
        try:
            browser.set_script_timeout(SECONDS)
            yield browser
        finally:
            browser.quit()
