"""How the garbage collector is set in a process that serves, or measures, for long."""

import gc

#: New containers between two young collections. One rule of the largest size makes some five thousand, and leaves none
#: of them behind: at Python's default of 700 they would be looked through seven times while they are in use.
YOUNG = 50_000


def settle() -> None:
    """Call once everything is imported: what is there now stays for good, and need not be looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
