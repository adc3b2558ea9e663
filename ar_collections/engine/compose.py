"""Text of a reminder as plain characters, for readers without HTML."""

import re

from lxml import html

#: Marks the lines of a table, whose leading blanks mean something.
_TABLE = "\x00"


def text_table(rows, numeric=()):
    """Rows of text, aligned in columns.

    :param rows: list of equally long lists of text; the first is the heading
    :param numeric: indexes of the columns to align on the right
    :return: lines joined by newlines, without trailing blanks

    >>> print(text_table([["Invoice", "Amount"], ["F1", "1 200.00"]], numeric={1}))
    Invoice    Amount
    F1       1 200.00
    """
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if index in numeric else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def to_plain(markup):
    """Plain text of a simple HTML letter; its tables stay aligned.

    :param str markup: paragraphs, line breaks, links, tables
    :return: text without markup; an address follows the words of its link
    """
    root = html.fragment_fromstring(markup or "", create_parent="div")
    blocks = []
    _walk(root, blocks)
    text = "".join(blocks)
    lines = [
        line[1:].rstrip() if line.startswith(_TABLE) else line.strip()
        for line in text.split("\n")
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _walk(node, out):
    if node.tag == "table":
        rows = _table(node).split("\n")
        out.append("\n\n" + "\n".join(_TABLE + row for row in rows) + "\n\n")
    elif isinstance(node.tag, str):
        block = node.tag in {"p", "div", "ul", "ol"}
        out.append("\n\n" if block else "\n" if node.tag in {"br", "li"} else "")
        out.append(_squeeze(node.text))
        for child in node:
            _walk(child, out)
        href = node.get("href") if node.tag == "a" else None
        if href and href not in (node.text_content(), f"mailto:{node.text_content()}"):
            out.append(f" ({href})")
        out.append("\n\n" if block else "")
    out.append(_squeeze(node.tail))


def _table(node):
    rows, right = [], set()
    for row in node.iter("tr"):
        cells = list(row.iter("td", "th"))
        texts = []
        for cell in cells:
            if "right" in (cell.get("style") or ""):
                right.add(len(texts))
            texts.append(_squeeze(cell.text_content()).strip())
            texts += [""] * (int(cell.get("colspan") or 1) - 1)
        rows.append(texts)
    width = max((len(row) for row in rows), default=0)
    rows = [row + [""] * (width - len(row)) for row in rows]
    return text_table(rows, right) if rows else ""


def _squeeze(text):
    return re.sub(r"[ \t\r\n]+", " ", text or "")
