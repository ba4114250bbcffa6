# The topology: its models, its canvas and its page. bench_topology prints how long it takes; ctest does not run it.
file(GLOB topology_tests CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/topology_*.cpp)
if(topology_tests)  # without, a program of no tests would pass
  add_executable(test_gui_topology ${topology_tests} gui_main.cpp ${CMAKE_SOURCE_DIR}/tests/support/synthetic_san.cpp)
  target_link_libraries(test_gui_topology PRIVATE san_options san::console_pages GTest::gmock Qt6::Test)
  add_test(NAME gui_topology COMMAND test_gui_topology)
  set_tests_properties(gui_topology PROPERTIES ENVIRONMENT QT_QPA_PLATFORM=offscreen)
  san_time_limit(120 gui_topology)
endif()

add_executable(bench_topology EXCLUDE_FROM_ALL bench_topology.cpp ${CMAKE_SOURCE_DIR}/tests/support/synthetic_san.cpp)
target_link_libraries(bench_topology PRIVATE san_options san::console_canvas)
