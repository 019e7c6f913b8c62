"""Starting our own programs as a terminal starts them, whatever this test session was told to ignore."""

from __future__ import annotations

import sys

_HEEDING = """
import os, signal, sys
for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(each, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""
AFRESH = [sys.executable, "-c", _HEEDING]
"""Before a command's words: no signal is ignored in it."""
