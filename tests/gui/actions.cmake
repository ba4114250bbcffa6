# The page of actions is what the table says, and sanctl knows each of their commands.
add_test(NAME gui_actions COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/actions_test.py
  --dump $<TARGET_FILE:dump-console-texts> --sanctl $<TARGET_FILE:sanctl>)
san_time_limit(120 gui_actions)
