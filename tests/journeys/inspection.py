# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is looked at on every page: axe, width, targets, HTML, headers, cookies, stores, weight, third parties."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import Page, Response, ViewportSize

from jobcenter_portal.embedded.assets import find_node
from tests.journeys.envelope import wrong_cookies, wrong_headers
from tests.journeys.portal import ROOT
from tests.journeys.routes import route_of
from tests.journeys.scales import Scales

AXE: Final = ROOT / "node_modules" / "axe-core" / "axe.min.js"
VALIDATOR: Final = ROOT / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
HTML_RULES: Final = Path(__file__).parent / "html_rules.json"
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS: Final = (320, 390, 1280)
SMALLEST_TARGET: Final = 24
"""CSS pixels, WCAG 2.2, 2.5.8."""
_RUN_AXE: Final = (
    f"axe.run(document, {{runOnly: {{type: 'tag', values: {RULES!r}}}}}).then(found =>"
    " found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target}`)))"
)
_SMALL: Final = (
    "[...document.querySelectorAll('button, input:not([type=hidden]), select, summary, a.kern-btn')].filter(one => {"
    " const box = one.getBoundingClientRect(); return box.width && box.height &&"
    f" (box.width < {SMALLEST_TARGET} || box.height < {SMALLEST_TARGET}) }}).map(one => one.outerHTML)"
)


def findings(page: Page, *, axe_at: Sequence[int] = WIDTHS, widths: Sequence[int] = WIDTHS) -> list[str]:
    """What axe finds, what is too wide, and what is too small to hit, at three widths; at fewer if wished."""
    page.wait_for_load_state()
    found: list[str] = []
    if axe_at and page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text(encoding="utf-8"))
    for width in widths:
        page.set_viewport_size(ViewportSize(width=width, height=900))
        rules: list[str] = page.evaluate(_RUN_AXE) if width in axe_at else []
        found += [f"{page.url} at {width}: {rule}" for rule in rules]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{page.url} at {width}: wider than the screen")
        found += [f"{page.url} at {width}: too small: {one[:80]}" for one in page.evaluate(_SMALL)]
    return found


@dataclass
class Inspector:
    """Looks at every page that somebody comes by, and keeps the HTML as it was sent for the validator at the end."""

    page: Page
    axe_at: Sequence[int] = WIDTHS
    widths: Sequence[int] = WIDTHS
    found: list[str] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    routes: set[str] = field(default_factory=set)
    """Names of those whose pages were looked at."""
    scales: Scales = field(init=False)
    _document: Response | None = None

    def __post_init__(self) -> None:
        self.scales = Scales(self.page)
        self.page.on("response", self._remember)

    def look(self) -> None:
        self.page.wait_for_load_state()
        if self._document is not None:
            self._open(self._document)
            self._document = None
        self.found += findings(self.page, axe_at=self.axe_at, widths=self.widths)
        self.found += [f"{self.page.url}: {one}" for one in wrong_cookies(self.page.context.cookies())]
        if self.page.evaluate("localStorage.length + sessionStorage.length"):
            self.found.append(f"{self.page.url}: writes into the stores of the browser")

    def all_found(self) -> list[str]:
        """Everything, with what shows only at the end: weights, requests to others, and what the validator says."""
        return [*self.found, *self.scales.found(), *invalid_html(self.sources)]

    def _open(self, document: Response) -> None:
        source = document.text()
        route = route_of(self.page.url)
        self.sources[f"{len(self.sources):03} {self.page.url}"] = source
        self.found += wrong_headers(document, source, route)
        self.routes.add(route)

    def _remember(self, response: Response) -> None:
        if response.request.is_navigation_request() and response.status not in (302, 303):
            self._document = response


def invalid_html(sources: Mapping[str, str]) -> list[str]:
    """What html-validate says of these pages; it starts slowly, so all of them come at once."""
    with TemporaryDirectory() as folder:
        files = {}
        for number, (name, source) in enumerate(sources.items()):
            path = Path(folder) / f"{number}.html"
            path.write_text(source, encoding="utf-8")
            files[str(path)] = name
        node = str(find_node().folder / "node")
        command = [node, str(VALIDATOR), "--config", str(HTML_RULES), "--formatter", "json", *files]
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603 -- our own
    if not run.stdout.strip():
        raise AssertionError(f"html-validate said nothing: {run.stderr[-500:]}")
    return [
        f"{files[report['filePath']]}:{each['line']}: {each['ruleId']}: {each['message']}"
        for report in json.loads(run.stdout)
        for each in report["messages"]
    ]
