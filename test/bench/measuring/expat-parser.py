#!/usr/bin/python3
"""Parses a file with expat, the XML parser of the field, in pieces of 16 KiB and without handlers:
well-formedness and namespaces are checked, and nothing is made of what is read.

Takes the file's name; for each line on standard input it parses once and says the seconds it took."""

import sys
import time
from xml.parsers import expat

PIECE = 16 * 1024

with open(sys.argv[1], "rb") as file:
    content = file.read()
pieces = [content[start : start + PIECE] for start in range(0, len(content), PIECE)]

print(expat.EXPAT_VERSION, flush=True)
for _ in sys.stdin:
    parser = expat.ParserCreate(namespace_separator=" ")
    started = time.perf_counter()
    for piece in pieces:
        parser.Parse(piece)
    print(time.perf_counter() - started, flush=True)
