# The Activity page, the model of the audit log, and the demo's log.
san_gui_test(activity activity_test.cpp)
