# Every workflow by keyboard alone, through the whole window; and what assistive technology is told.
san_gui_test(keyboard keyboard_test.cpp keyboard_deeds_test.cpp keyboard_guided_test.cpp accessible_test.cpp)
