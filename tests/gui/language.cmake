san_gui_test(language language_test.cpp)
