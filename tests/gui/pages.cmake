# The pages of findings, activity, reports and credentials, with their models.
file(GLOB pages_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/pages_*.cpp)
san_gui_test(pages ${pages_sources})
