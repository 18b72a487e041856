"""Rules that ship with the editor: the published sample, as the vendor's page gives it."""

from pathlib import Path

PUBLISHED = (Path(__file__).parent / "aomtest.json").read_bytes()
