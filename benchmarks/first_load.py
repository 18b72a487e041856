"""What the canvas page loads before its first picture.

What counts: the entry ``src/main.tsx`` and every script it imports statically, each by itself through gzip at level 9.
Style sheets, the document and scripts that are imported when asked for do not count.
"""

import gzip
import json
from pathlib import Path
from typing import Any

DIST = Path(__file__).parent.parent / "static" / "dist"
ENTRY = "src/main.tsx"
#: Bytes that the first load may have, at most.
MOST = 190 * 1024


def first_load() -> dict[str, int]:
    """Bytes after compression of every script of the first load, by its path in the built folder."""
    manifest: dict[str, Any] = json.loads((DIST / ".vite" / "manifest.json").read_text())
    sizes: dict[str, int] = {}
    waiting = [ENTRY]
    while waiting:
        chunk = manifest[waiting.pop()]
        if chunk["file"] not in sizes:
            sizes[chunk["file"]] = len(gzip.compress((DIST / chunk["file"]).read_bytes(), 9))
            waiting += chunk.get("imports", [])
    return sizes
