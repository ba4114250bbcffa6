# The pages of findings, activity, reports and credentials, with their models.
file(GLOB pages_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/pages_*.cpp)
add_executable(test_gui_pages ${pages_sources} ${CMAKE_CURRENT_LIST_DIR}/gui_main.cpp)
target_link_libraries(test_gui_pages PRIVATE san_options san::console_pages Qt6::Test GTest::gmock)
add_test(NAME gui_pages COMMAND test_gui_pages)
set_tests_properties(gui_pages PROPERTIES ENVIRONMENT QT_QPA_PLATFORM=offscreen)
san_time_limit(120 gui_pages)
