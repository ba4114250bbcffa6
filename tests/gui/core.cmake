san_gui_test(core link_machine_test.cpp theme_test.cpp draft_test.cpp change_list_test.cpp change_walk_test.cpp change_deeds_test.cpp
             answer_once_test.cpp sources_test.cpp server_source_test.cpp bounded_files_test.cpp past_test.cpp
             zone_models_test.cpp demo_source_test.cpp view_maker_test.cpp task_test.cpp)
san_gui_test(window window_test.cpp plain_tips_test.cpp plain_labels_test.cpp)

# Spoken with by tests/interop/console_test.py.
add_executable(console_probe console_probe.cpp)
target_link_libraries(console_probe PRIVATE san_options san::console_client)
# The same with its windows: by tests/interop/console_*_test.py.
add_executable(window_probe window_probe.cpp)
target_link_libraries(window_probe PRIVATE san_options san::console_app Qt6::Test)
