"""A customer who got a reminder: reads the mail, opens its link, sends a proof.

Only what a customer has is used: the message in his mail box and an HTTP client.
"""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

import requests
from lxml import html

#: Addresses of the demo company's own people.
COLLEAGUES = "@valcreuse.example"
LINK = re.compile(r"https?://[^\s\"'<>]+/ar/a/[A-Za-z0-9_-]{20,}")


@dataclass
class Mail:
    """A message of the sink, as its reader sees it."""

    path: Path
    subject: str
    to: str
    html: str
    link: str = ""
    rows: list[list[str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return html.fromstring(self.html).text_content() if self.html else ""


def read_mail(path: Path) -> Mail:
    """Parse one ``.eml`` of the sink: link to the page, cells of its tables."""
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(preferencelist=("html", "plain"))
    content = body.get_content() if body else ""
    found = LINK.search(content)
    tree = html.fromstring(content) if content.strip() else None
    rows = []
    for row in tree.iter("tr") if tree is not None else ():
        cells = [" ".join(cell.text_content().split()) for cell in row.iter("td", "th")]
        rows.append(cells)
    return Mail(
        path=path,
        subject=str(message["Subject"]),
        to=str(message["X-Sink-RcptTo"]),
        html=content,
        link=found.group(0) if found else "",
        rows=rows,
    )


def mail_box(folder: Path, after: int = 0) -> list[Mail]:
    """The customers' messages that the sink kept, from number ``after`` + 1 on.

    What colleagues are told by mail is not among them.
    """
    paths = sorted(p for p in folder.glob("*.eml") if int(p.stem) > after)
    mails = [read_mail(path) for path in paths]
    return [mail for mail in mails if not mail.to.lower().endswith(COLLEAGUES)]


def proof_pdf(text: str) -> bytes:
    """A one-page PDF that says ``text``: what a bank's site prints of a transfer."""
    safe = (
        text.encode("ascii", "replace")
        .decode()
        .translate({ord("("): "[", ord(")"): "]", ord("\\"): "/"})
    )
    stream = f"BT /F1 14 Tf 60 760 Td (AVIS DE VIREMENT) Tj 0 -28 Td ({safe}) Tj ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    content, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    content += (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\n"
        f"startxref\n{len(content)}\n%%EOF\n"
    ).encode()
    return content


class PageProblem(RuntimeError):
    """The customer's page did not do what a customer expects."""


class Customer:
    """An anonymous browser without JavaScript, with its own cookies."""

    def __init__(self):
        self.http = requests.Session()
        self.http.trust_env = False  # loopback never goes through a proxy
        self.http.headers["User-Agent"] = "Mozilla/5.0 (customer of the demo company)"

    def open(self, url: str):
        """The page as a tree.

        :raise PageProblem: when it is refused, or asks to log in.
        """
        answer = self.http.get(url, timeout=60)
        if answer.status_code >= 400 or "/web/login" in answer.url:
            raise PageProblem(f"{answer.url}: HTTP {answer.status_code}")
        return html.fromstring(answer.content, base_url=answer.url)

    def send_proof(self, link: str, text: str) -> str:
        """Go from the account page to its proof form and send a PDF.

        What the form proposes (items, amount, date) is taken as it stands.

        :return: text of the page shown after sending
        """
        page = self.open(link)
        ways = [
            a
            for a in page.iter("a")
            if a.get("href", "").split("?")[0].endswith("/proof")
        ]
        if not ways:
            raise PageProblem(f"{link}: no way to send a proof")
        url = urljoin(page.base_url, ways[0].get("href"))
        form = self._form(self.open(url))
        fields = [(name, value) for name, value in form.form_values() if name]
        files = {
            form.xpath('.//input[@type="file"]/@name')[0]: (
                "avis-de-virement.pdf",
                proof_pdf(text),
                "application/pdf",
            )
        }
        target = urljoin(url, form.action or url)
        answer = self.http.post(target, data=fields, files=files, timeout=60)
        if answer.status_code >= 400:
            said = html.fromstring(answer.content).text_content()
            raise PageProblem(f"proof refused: HTTP {answer.status_code}\n{said}")
        return html.fromstring(answer.content).text_content()

    @staticmethod
    def _form(page):
        forms = [f for f in page.forms if f.xpath('.//input[@type="file"]')]
        if not forms:
            raise PageProblem("the proof page has no form with a file")
        return forms[0]
