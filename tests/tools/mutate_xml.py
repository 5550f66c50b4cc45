#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Changes XML documents in known ways, to test the judges of round trips with.
"""Mutations of XML documents, each with the verdicts that the two grades owe it.

A document is cut into tokens (tags, texts, comments, CDATA sections, instructions); a mutation
changes some of them. It works on well-formed input and needs no parser, so that it shares nothing
with the judges it tests. `MUTATIONS` lists (name, function, verdict of grade 1, of grade 2); a
verdict is SAME, DIFFERENT, BROKEN or ANY. A function takes (random, tokens) and returns the changed
text, or None where it does not apply.
"""
import argparse
import re
import sys

SAME, DIFFERENT, BROKEN, ANY = 0, 1, 2, None

TOKEN = re.compile(r"""<!--.*?--> | <!\[CDATA\[.*?\]\]> | <\?.*?\?>
                     | <!DOCTYPE(?:[^\[>]|\[.*?\]\s*(?=>))*>
                     | <(?:[^<>"']|"[^"]*"|'[^']*')*> | [^<]+""", re.S | re.X)
TAG = re.compile(r"<([^\s/>]+)(.*?)(\s*/?)>\Z", re.S)
ATTRIBUTE = re.compile(r"""\s+([^\s=]+)\s*=\s*("[^"]*"|'[^']*')""", re.S)
WHITE = " \t\r\n"


class Token:
    """A piece of markup or a text; kind is one of start, empty, end, text, cdata, comment, pi,
    declaration, doctype."""

    def __init__(self, text):
        self.text = text
        if text.startswith("<!--"):
            self.kind = "comment"
        elif text.startswith("<![CDATA["):
            self.kind = "cdata"
        elif text.startswith("<!"):
            self.kind = "doctype"
        elif text.startswith("<?"):
            self.kind = "declaration" if re.match(r"<\?xml\s", text) else "pi"
        elif text.startswith("</"):
            self.kind = "end"
        elif text.startswith("<"):
            self.kind = "empty" if text.endswith("/>") else "start"
        else:
            self.kind = "text"

    @property
    def opens(self):
        return self.kind in ("start", "empty")

    @property
    def real_text(self):
        return self.kind == "text" and bool(self.text.strip(WHITE))

    def parts(self):
        """(name, [(attribute, quoted value)], tail) of a start or empty tag."""
        name, attributes, tail = TAG.match(self.text).groups()
        return name, ATTRIBUTE.findall(attributes), tail.strip()


def tokenize(text):
    """The tokens of a document; raises ValueError when they do not cover it."""
    tokens = [Token(t) for t in TOKEN.findall(text)]
    if sum(len(t.text) for t in tokens) != len(text):
        raise ValueError("the document cannot be cut into tokens")
    return tokens


def tag_text(name, attributes, tail):
    return "<%s%s%s>" % (name, "".join(" %s=%s" % a for a in attributes), tail)


def join(tokens, changes=None, before=None):
    """The text of tokens; changes replaces by index, before inserts ahead of an index."""
    changes, before = changes or {}, before or {}
    return "".join(before.get(i, "") + changes.get(i, t.text) for i, t in enumerate(tokens))


def pick(rng, tokens, wanted):
    """The index of a random token that is wanted, or None."""
    found = [i for i, t in enumerate(tokens) if wanted(t)]
    return rng.choice(found) if found else None


def inside(tokens):
    """Indices after the root's start tag, up to and with its end tag."""
    first = next(i for i, t in enumerate(tokens) if t.opens)
    last = max((i for i, t in enumerate(tokens) if t.kind == "end"), default=first)
    return range(first + 1, last + 1)


def matching_end(tokens, start):
    """The index of the token that ends the element of a start tag."""
    depth = 0
    for i in range(start, len(tokens)):
        depth += {"start": 1, "end": -1}.get(tokens[i].kind, 0)
        if depth == 0:
            return i
    raise ValueError("the element does not end")


def root_index(tokens):
    return next(i for i, t in enumerate(tokens) if t.opens)


def change_one(rng, tokens, wanted, change):
    i = pick(rng, tokens, wanted)
    return None if i is None else join(tokens, {i: change(tokens[i])})


def change_tag(rng, tokens, wanted, change):
    """Changes the attribute list of one tag of which an attribute is wanted(name, value)."""
    def has(token):
        return token.opens and any(wanted(k, v) for k, v in token.parts()[1])
    i = pick(rng, tokens, has)
    if i is None:
        return None
    name, attributes, tail = tokens[i].parts()
    j = rng.choice([j for j, (k, v) in enumerate(attributes) if wanted(k, v)])
    return join(tokens, {i: tag_text(name, change(list(attributes), j), tail)})


def replaced(items, index, item):
    return items[:index] + [item] + items[index + 1:]


def is_plain(name, _value=None):
    """An attribute that is no declaration and does not govern white space."""
    return name != "xmlns" and not name.startswith("xmlns:") and name != "xml:space"


def insert_inside(rng, tokens, text):
    where = inside(tokens)
    return join(tokens, before={rng.choice(list(where)): text}) if where else None


# --- the mutations -------------------------------------------------------------------------------

def drop_comment(rng, tokens):
    return change_one(rng, tokens, lambda t: t.kind == "comment", lambda t: "")


def add_comment(rng, tokens):
    return insert_inside(rng, tokens, "<!-- a new comment -->")


def comment_in_text(rng, tokens):
    return change_one(rng, tokens, lambda t: t.real_text and "&" not in t.text,
                      lambda t: t.text[:len(t.text) // 2] + "<!--x-->" + t.text[len(t.text) // 2:])


def change_comment(rng, tokens):
    return change_one(rng, tokens, lambda t: t.kind == "comment", lambda t: "<!--changed-->")


def drop_instruction(rng, tokens):
    return change_one(rng, tokens, lambda t: t.kind == "pi", lambda t: "")


def add_instruction(rng, tokens):
    return insert_inside(rng, tokens, "<?made up?>")


def colon_instruction(rng, tokens):
    return insert_inside(rng, tokens, "<?made:up up?>")


def rename_prefix(rng, tokens):
    """One prefix gets another name everywhere."""
    declared = sorted({k[6:] for t in tokens if t.opens for k, _ in t.parts()[1]
                       if k.startswith("xmlns:")} - {"xml", "xsi"})
    if not declared:
        return None
    old = rng.choice(declared)

    def renamed(name):
        if name == "xmlns:" + old:
            return "xmlns:renamed"
        return "renamed:" + name[len(old) + 1:] if name.startswith(old + ":") else name
    out = []
    for t in tokens:
        if t.opens:
            name, attributes, tail = t.parts()
            out.append(tag_text(renamed(name), [(renamed(k), v) for k, v in attributes], tail))
        elif t.kind == "end":
            out.append("</%s>" % renamed(t.text[2:-1].strip()))
        else:
            out.append(t.text)
    return "".join(out)


def undeclared_prefix(rng, tokens):
    return change_tag(rng, tokens, lambda k, v: is_plain(k) and ":" not in k,
                      lambda a, j: replaced(a, j, ("nowhere:" + a[j][0], a[j][1])))


def same_name_twice(rng, tokens):
    """Two prefixes of one namespace make one attribute twice."""
    return change_one(rng, tokens, lambda t: t.opens, lambda t: tag_text(
        t.parts()[0], t.parts()[1] + [("xmlns:p1", '"urn:p"'), ("xmlns:p2", '"urn:p"'),
                                      ("p1:a", '"1"'), ("p2:a", '"1"')], t.parts()[2]))


def declare_on_root(name, value):
    def mutation(_rng, tokens):
        i = root_index(tokens)
        tag, attributes, tail = tokens[i].parts()
        if any(k == name for k, _ in attributes):
            return None
        return join(tokens, {i: tag_text(tag, attributes + [(name, '"%s"' % value)], tail)})
    return mutation


def drop_declaration(rng, tokens):
    return change_tag(rng, tokens, lambda k, v: k.startswith("xmlns:"),
                      lambda a, j: a[:j] + a[j + 1:])


def move_declaration(rng, tokens):
    """A declaration moves from its element to the root."""
    root = root_index(tokens)
    taken = {k for k, _ in tokens[root].parts()[1]}
    found = [(i, k, v) for i, t in enumerate(tokens) if t.opens and i != root
             for k, v in t.parts()[1] if k.startswith("xmlns:") and k not in taken]
    if not found:
        return None
    i, key, value = rng.choice(found)
    name, attributes, tail = tokens[i].parts()
    root_name, root_attributes, root_tail = tokens[root].parts()
    return join(tokens, {
        i: tag_text(name, [a for a in attributes if a[0] != key], tail),
        root: tag_text(root_name, root_attributes + [(key, value)], root_tail)})


def swap_siblings(rng, tokens):
    """Two elements that follow each other change places."""
    starts = [i for i in inside(tokens) if tokens[i].opens]
    for first in rng.sample(starts, min(len(starts), 50)):
        first_end = matching_end(tokens, first)
        second = first_end + 1
        while second < len(tokens) and tokens[second].kind == "text" and not tokens[
                second].real_text:
            second += 1
        if second >= len(tokens) or not tokens[second].opens:
            continue
        second_end = matching_end(tokens, second)
        a = "".join(t.text for t in tokens[first:first_end + 1])
        b = "".join(t.text for t in tokens[second:second_end + 1])
        if a != b:
            return (join(tokens[:first]) + b + join(tokens[first_end + 1:second]) + a
                    + join(tokens[second_end + 1:]))
    return None


def drop_element(rng, tokens):
    starts = [i for i in inside(tokens) if tokens[i].opens]
    if not starts:
        return None
    i = rng.choice(starts)
    return join(tokens[:i]) + join(tokens[matching_end(tokens, i) + 1:])


def repeat_element(rng, tokens):
    starts = [i for i in inside(tokens) if tokens[i].opens]
    if not starts:
        return None
    i = rng.choice(starts)
    end = matching_end(tokens, i) + 1
    return join(tokens[:end]) + join(tokens[i:])


def rename_element(rng, tokens):
    starts = [i for i in inside(tokens) if tokens[i].opens]
    if not starts:
        return None
    i = rng.choice(starts)
    name, attributes, tail = tokens[i].parts()
    changes = {i: tag_text(name + "x", attributes, tail)}
    if tokens[i].kind == "start":
        changes[matching_end(tokens, i)] = "</%sx>" % name
    return join(tokens, changes)


def text_over_child(rng, tokens):
    """<a>text<b/></a> becomes <a><b/>text</a>."""
    found = [i for i in range(1, len(tokens) - 1)
             if tokens[i].real_text and tokens[i + 1].opens]
    if not found:
        return None
    i = rng.choice(found)
    end = matching_end(tokens, i + 1) + 1
    return (join(tokens[:i]) + join(tokens[i + 1:end]) + tokens[i].text + join(tokens[end:]))


def change_text(rng, tokens):
    return change_one(rng, tokens, lambda t: t.real_text, lambda t: t.text + "x")


def space_around_text(rng, tokens):
    return change_one(rng, tokens, lambda t: t.real_text, lambda t: " " + t.text)


def space_in_empty(rng, tokens):
    """<a></a> or <a/> gets one blank."""
    found = [i for i in range(len(tokens) - 1)
             if tokens[i].kind == "start" and tokens[i + 1].kind == "end"]
    if found:
        return join(tokens, before={rng.choice(found) + 1: " "})
    return change_one(rng, tokens, lambda t: t.kind == "empty",
                      lambda t: tag_text(*t.parts()[:2], "") + " </%s>" % t.parts()[0])


def add_layout(rng, tokens):
    """White space at random borders of tags: layout in some places, text in others."""
    where = [i for i in inside(tokens) if tokens[i].opens or tokens[i].kind == "end"]
    chosen = set(rng.sample(where, min(len(where), 5)))
    return join(tokens, before={i: "\n  " for i in chosen}) if where else None


def layout_between_elements(rng, tokens):
    """White space between an end tag and the next start tag."""
    found = [i for i in inside(tokens) if tokens[i].opens and tokens[i - 1].kind in
             ("end", "empty")]
    return join(tokens, before={rng.choice(found): "\n\t "}) if found else None


def drop_layout(_rng, tokens):
    where = set(inside(tokens))
    return join(tokens, {i: "" for i, t in enumerate(tokens)
                         if i in where and t.kind == "text" and not t.real_text})


def layout_as(text):
    def mutation(rng, tokens):
        found = [i for i in inside(tokens) if tokens[i].opens or tokens[i].kind == "end"]
        return join(tokens, before={rng.choice(found): text}) if found else None
    return mutation


def no_break_space(rng, tokens):
    return insert_inside(rng, tokens, "&#160;")


def space_attribute(value):
    def mutation(rng, tokens):
        def wanted(token):
            return token.opens and all(k != "xml:space" for k, _ in token.parts()[1])
        return change_one(rng, tokens, wanted, lambda t: tag_text(
            t.parts()[0], t.parts()[1] + [("xml:space", '"%s"' % value)], t.parts()[2]))
    return mutation


def cdata_to_escaped(_rng, tokens):
    found = {i: t.text[9:-3].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
             for i, t in enumerate(tokens) if t.kind == "cdata"}
    return join(tokens, found) if found else None


def text_to_cdata(rng, tokens):
    return change_one(rng, tokens, lambda t: t.real_text and "&" not in t.text,
                      lambda t: "<![CDATA[%s]]>" % t.text)


def empty_cdata(rng, tokens):
    return insert_inside(rng, tokens, "<![CDATA[]]>")


def as_reference(rng, tokens):
    def change(token):
        at = next(i for i, c in enumerate(token.text) if c not in WHITE)
        return token.text[:at] + "&#x%X;" % ord(token.text[at]) + token.text[at + 1:]
    return change_one(rng, tokens, lambda t: t.real_text and "&" not in t.text, change)


def attribute_order(_rng, tokens):
    changes = {}
    for i, t in enumerate(tokens):
        if t.opens:
            name, attributes, tail = t.parts()
            if len(attributes) > 1:
                changes[i] = tag_text(name, attributes[::-1], tail)
    return join(tokens, changes) if changes else None


def attribute_quotes(_rng, tokens):
    changes = {}
    for i, t in enumerate(tokens):
        if t.opens:
            name, attributes, tail = t.parts()
            changes[i] = tag_text(name, [
                (k, "'%s'" % v[1:-1] if v[0] == '"' and "'" not in v else v)
                for k, v in attributes], tail)
    return join(tokens, changes)


def drop_attribute(rng, tokens):
    return change_tag(rng, tokens, is_plain, lambda a, j: a[:j] + a[j + 1:])


def change_attribute(rng, tokens):
    return change_tag(rng, tokens, is_plain, lambda a, j: replaced(
        a, j, (a[j][0], a[j][1][:-1] + "x" + a[j][1][-1])))


def empty_attribute(rng, tokens):
    return change_tag(rng, tokens, lambda k, v: is_plain(k) and len(v) > 2,
                      lambda a, j: replaced(a, j, (a[j][0], '""')))


def double_attribute(rng, tokens):
    return change_tag(rng, tokens, is_plain, lambda a, j: a + [a[j]])


def attribute_white_space(rng, tokens):
    """A blank in a value becomes a line end, which the parser folds to a blank."""
    return change_tag(rng, tokens, lambda k, v: is_plain(k) and " " in v,
                      lambda a, j: replaced(a, j, (a[j][0], a[j][1].replace(" ", "\n"))))


def attribute_line_reference(rng, tokens):
    """A blank in a value becomes a reference to a line end, which is kept."""
    return change_tag(rng, tokens, lambda k, v: is_plain(k) and " " in v,
                      lambda a, j: replaced(a, j, (a[j][0], a[j][1].replace(" ", "&#10;"))))


def open_empty_tags(_rng, tokens):
    found = {i: tag_text(*t.parts()[:2], "") + "</%s>" % t.parts()[0]
             for i, t in enumerate(tokens) if t.kind == "empty"}
    return join(tokens, found) if found else None


def close_empty_tags(_rng, tokens):
    out, i = [], 0
    while i < len(tokens):
        t = tokens[i]
        if t.kind == "start" and i + 1 < len(tokens) and tokens[i + 1].kind == "end":
            out.append(tag_text(*t.parts()[:2], "/"))
            i += 2
        else:
            out.append(t.text)
            i += 1
    return "".join(out)


def crlf(_rng, tokens):
    text = join(tokens)
    return None if "\r" in text else text.replace("\n", "\r\n")


def after_root(_rng, tokens):
    return join(tokens) + "\n\n  \n"


def comment_after_root(_rng, tokens):
    return join(tokens) + "<!-- the end -->"


def doctype(content):
    def mutation(_rng, tokens):
        if any(t.kind == "doctype" for t in tokens):
            return None
        i = root_index(tokens)
        return join(tokens, before={
            i: "<!DOCTYPE %s [%s]>\n" % (tokens[i].parts()[0], content)})
    return mutation


def entity_text(rng, tokens):
    """A text comes out of an entity of the document's own."""
    if any(t.kind == "doctype" for t in tokens):
        return None
    i = pick(rng, tokens, lambda t: t.real_text and not set(t.text) & set("&%\"'"))
    if i is None or i < root_index(tokens):
        return None
    root = root_index(tokens)
    return join(tokens, {i: "&e;"}, {root: '<!DOCTYPE %s [<!ENTITY e "%s">]>' % (
        tokens[root].parts()[0], tokens[i].text)})


def drop_end_tag(rng, tokens):
    return change_one(rng, tokens, lambda t: t.kind == "end", lambda t: "")


def unknown_entity(rng, tokens):
    return insert_inside(rng, tokens, "&nosuch;")


def cut_short(rng, tokens):
    """The document ends before its root element does."""
    root = root_index(tokens)
    end = matching_end(tokens, root)
    return join(tokens[:end + 1])[:rng.randrange(1, len(join(tokens[:end + 1])))]


MUTATIONS = [
    ("unchanged", lambda rng, tokens: join(tokens), SAME, SAME),
    ("drop a comment", drop_comment, DIFFERENT, SAME),
    ("add a comment", add_comment, DIFFERENT, SAME),
    ("comment in a text", comment_in_text, DIFFERENT, SAME),
    ("change a comment", change_comment, ANY, SAME),
    ("drop an instruction", drop_instruction, DIFFERENT, SAME),
    ("add an instruction", add_instruction, DIFFERENT, SAME),
    ("instruction with a colon", colon_instruction, DIFFERENT, BROKEN),
    ("rename a prefix", rename_prefix, DIFFERENT, SAME),
    ("undeclared prefix", undeclared_prefix, DIFFERENT, BROKEN),
    ("one name by two prefixes", same_name_twice, DIFFERENT, BROKEN),
    ("unused declaration", declare_on_root("xmlns:unused0", "urn:u"), DIFFERENT, SAME),
    ("default namespace", declare_on_root("xmlns", "urn:u"), DIFFERENT, DIFFERENT),
    ("empty default namespace", declare_on_root("xmlns", ""), DIFFERENT, SAME),
    ("undeclared by declaration", declare_on_root("xmlns:unused0", ""), DIFFERENT, BROKEN),
    ("reserved prefix", declare_on_root("xmlns:xmlns", "urn:u"), DIFFERENT, BROKEN),
    ("reserved namespace", declare_on_root("xmlns:x", "http://www.w3.org/2000/xmlns/"),
     DIFFERENT, BROKEN),
    ("xml declared as itself", declare_on_root(
        "xmlns:xml", "http://www.w3.org/XML/1998/namespace"), DIFFERENT, SAME),
    ("xml declared as another", declare_on_root("xmlns:xml", "urn:u"), DIFFERENT, BROKEN),
    ("drop a declaration", drop_declaration, DIFFERENT, ANY),
    ("move a declaration", move_declaration, DIFFERENT, ANY),
    ("swap siblings", swap_siblings, ANY, ANY),
    ("drop an element", drop_element, DIFFERENT, DIFFERENT),
    ("repeat an element", repeat_element, DIFFERENT, DIFFERENT),
    ("rename an element", rename_element, DIFFERENT, DIFFERENT),
    ("text over a child", text_over_child, DIFFERENT, DIFFERENT),
    ("change a text", change_text, DIFFERENT, DIFFERENT),
    ("space before a text", space_around_text, DIFFERENT, DIFFERENT),
    ("space in an empty element", space_in_empty, ANY, ANY),
    ("add layout", add_layout, ANY, ANY),
    ("layout between elements", layout_between_elements, ANY, ANY),
    ("drop layout", drop_layout, ANY, ANY),
    ("layout as reference", layout_as("&#32;&#9;"), ANY, ANY),
    ("layout as CDATA", layout_as("<![CDATA[ ]]>"), ANY, ANY),
    ("no-break space", no_break_space, DIFFERENT, DIFFERENT),
    ("preserve space", space_attribute("preserve"), DIFFERENT, DIFFERENT),
    ("default space", space_attribute("default"), DIFFERENT, DIFFERENT),
    ("CDATA to escaped", cdata_to_escaped, SAME, SAME),
    ("text to CDATA", text_to_cdata, SAME, SAME),
    ("empty CDATA", empty_cdata, SAME, SAME),
    ("character as reference", as_reference, SAME, SAME),
    ("attribute order", attribute_order, SAME, SAME),
    ("attribute quotes", attribute_quotes, SAME, SAME),
    ("drop an attribute", drop_attribute, DIFFERENT, DIFFERENT),
    ("change an attribute", change_attribute, DIFFERENT, DIFFERENT),
    ("empty an attribute", empty_attribute, DIFFERENT, DIFFERENT),
    ("attribute twice", double_attribute, BROKEN, BROKEN),
    ("line end in an attribute", attribute_white_space, SAME, SAME),
    ("line end reference in an attribute", attribute_line_reference, DIFFERENT, DIFFERENT),
    ("open empty tags", open_empty_tags, SAME, SAME),
    ("close empty tags", close_empty_tags, SAME, SAME),
    ("CR LF line ends", crlf, SAME, SAME),
    ("blank lines after the root", after_root, SAME, SAME),
    ("comment after the root", comment_after_root, DIFFERENT, SAME),
    ("empty DOCTYPE", doctype(""), SAME, SAME),
    ("comment in a DOCTYPE", doctype("<!-- inside -->"), DIFFERENT, SAME),
    ("default attribute", doctype('<!ATTLIST iati-activity made-up CDATA "1">'), ANY, ANY),
    ("text from an entity", entity_text, SAME, SAME),
    ("drop an end tag", drop_end_tag, BROKEN, BROKEN),
    ("unknown entity", unknown_entity, BROKEN, BROKEN),
    ("cut short", cut_short, BROKEN, BROKEN),
]

# The same change can be made on both sides of a comparison: what layout means depends on it.
BOTH_SIDES = [
    ("root preserves space", declare_on_root("xml:space", "preserve")),
    ("root has text", lambda rng, tokens: join(tokens, before={inside(tokens)[0]: "text"})
     if inside(tokens) else None),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    words = {SAME: "same", DIFFERENT: "different", BROKEN: "broken", ANY: "-"}
    for name, _, one, two in MUTATIONS:
        print("%-36s G1 %-10s G2 %s" % (name, words[one], words[two]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
