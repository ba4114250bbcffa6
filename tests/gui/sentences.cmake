san_gui_test(sentences sentences_test.cpp)
