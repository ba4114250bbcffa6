"""What run.py is made of. Standard library only."""

import os
import sys

# tests/support holds what several areas share.
sys.path.append(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
