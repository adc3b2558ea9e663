"""Words of a fact as they may be printed: nothing in them loads or leads anywhere."""

import re

from lxml import etree, html

#: Tags that are dropped with what is in them.
DROPPED = (
    "audio",
    "base",
    "embed",
    "form",
    "iframe",
    "img",
    "input",
    "link",
    "meta",
    "noscript",
    "object",
    "script",
    "source",
    "style",
    "svg",
    "video",
)
#: Attributes that only say how it looks; a style that names an address goes too.
KEPT = ("align", "cellpadding", "cellspacing", "colspan", "rowspan", "style", "valign")
ADDRESS = re.compile(r"url\s*\(|expression|@import|position", re.IGNORECASE)


def harmless(text):
    """HTML without pictures, links, scripts and whatever else reaches outside.

    :param str text: HTML of a mail or a note, maybe broken
    :return: HTML

    >>> harmless('<p onclick="x()">Hello <a href="https://x.test/t">you</a></p>')
    '<div><p>Hello <a>you</a></p></div>'
    >>> harmless("")
    ''
    """
    if not (text or "").strip():
        return ""
    try:
        tree = html.fragment_fromstring(text, create_parent="div")
    except (etree.LxmlError, ValueError):
        return ""
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.tag in DROPPED:
            if element is not tree:
                element.drop_tree()
            continue
        for name in list(element.attrib):
            if name not in KEPT or ADDRESS.search(element.attrib[name]):
                del element.attrib[name]
    return html.tostring(tree, encoding="unicode")


def file_name(text):
    """A name that any system can unpack.

    >>> file_name("../Facture n°12/2026.pdf")
    'Facture_n_12_2026.pdf'
    """
    return re.sub(r"[^A-Za-z0-9.-]+", "_", text or "").strip("._")[-80:] or "file"
