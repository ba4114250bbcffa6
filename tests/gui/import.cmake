# Importing a file: reading, judging cell by cell, the grid and its window.
san_gui_test(import import_test.cpp)
