san_gui_test(scenes scenes_test.cpp)
