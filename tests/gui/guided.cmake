# The demo's guided tasks, and findings from the menus.
san_gui_test(guided guided_test.cpp)
