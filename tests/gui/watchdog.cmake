san_gui_test(watchdog watchdog_test.cpp)
