
add_test(NAME gui_translations COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/translations_test.py)
san_time_limit(120 gui_translations)
