# The Reports page: what reports say, files that are written whole, packs that are checked.
san_gui_test(reports reports_test.cpp)
