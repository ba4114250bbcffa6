#!/bin/sh
# For the tutorial: from the folder where it finds its library.
exec "$(dirname "$(realpath "$0")")/../../demo/small_agent.py" "$@"
