"""Headless Chromium for end-to-end tests: pages that remember what went wrong."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 850}
PHONE = {"width": 390, "height": 844}


def executable() -> str:
    """Debian's Chromium, as the set-up names it."""
    return os.environ.get("AR_CHROMIUM") or shutil.which("chromium") or ""


class Watch:
    """What a user would not forgive: console errors, refused or failed requests."""

    def __init__(self, page, url: str):
        self.host = urlsplit(url).netloc
        self.troubles: list[str] = []
        page.on("response", self._response)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))

    def _response(self, response) -> None:
        if response.status >= 400 and urlsplit(response.url).netloc == self.host:
            self.troubles.append(f"HTTP {response.status}: {response.url}")

    def _console(self, message) -> None:
        if message.type == "error":
            self.troubles.append(f"console: {message.text[:300]}")


class Window:
    """One browser window: a page, its watch, and where its pictures go."""

    def __init__(self, browser, url: str, pictures: Path, size: dict):
        self.url, self.pictures = url, pictures
        phone = size["width"] < 600
        self.context = browser.new_context(
            viewport=size, is_mobile=phone, has_touch=phone, locale="fr-FR"
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.watch = Watch(self.page, url)

    def picture(self, name: str) -> Path:
        """Keep what is on the screen, the whole page."""
        path = self.pictures / f"{name}.png"
        self.page.screenshot(path=path, full_page=True)
        return path

    def log_in(self, login: str, password: str) -> None:
        """Log in at the back office and wait for the web client."""
        self.page.goto(f"{self.url}/web/login")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", password)
        self.page.click(".oe_login_form button[type=submit]")
        self.page.wait_for_selector(".o_main_navbar", timeout=180_000)

    def overflow(self) -> int:
        """How many pixels the page is wider than its window."""
        return self.page.evaluate(
            "document.documentElement.scrollWidth - window.innerWidth"
        )


@contextmanager
def chromium():
    """A headless browser, closed afterwards."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable(), args=FLAGS, headless=True
        )
        try:
            yield browser
        finally:
            browser.close()
