# The topology: its models, its canvas and its page.
file(GLOB topology_tests CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/topology_*.cpp)
san_gui_test(topology ${topology_tests})
