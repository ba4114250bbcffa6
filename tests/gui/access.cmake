# The Access page and what belongs to it; the bench is built by name and not run by ctest.
file(GLOB access_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/access_*.cpp)
add_executable(test_gui_access ${access_sources} ${CMAKE_CURRENT_LIST_DIR}/gui_main.cpp
  ${CMAKE_SOURCE_DIR}/tests/support/synthetic_san.cpp)
target_link_libraries(test_gui_access PRIVATE san_options san::console_pages Qt6::Test GTest::gmock)
add_test(NAME gui_access COMMAND test_gui_access)
set_tests_properties(gui_access PROPERTIES ENVIRONMENT QT_QPA_PLATFORM=offscreen)
san_time_limit(300 gui_access)

add_executable(bench_matrix EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/bench_matrix.cpp
  ${CMAKE_SOURCE_DIR}/tests/support/synthetic_san.cpp)
target_link_libraries(bench_matrix PRIVATE san_options san::console_pages)
