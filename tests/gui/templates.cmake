# Templates of zoning: what they promise, on synthetic SANs, and their window.
san_gui_test(templates templates_test.cpp)
