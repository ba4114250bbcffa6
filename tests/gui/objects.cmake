# Forms for objects that administrators keep, and labels of cables.
san_gui_test(objects objects_test.cpp cable_labels_test.cpp)
