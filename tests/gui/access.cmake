# The Access page and what belongs to it.
file(GLOB access_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/access_*.cpp)
san_gui_test(access ${access_sources})
