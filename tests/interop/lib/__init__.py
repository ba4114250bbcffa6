"""Drives an iSNS server and stock iSNS clients for the tests of this folder. Python 3 and its standard library only."""

import os
import sys

# tests/support holds what several areas share.
sys.path.append(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
