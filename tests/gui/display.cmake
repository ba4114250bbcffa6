# On a display of its own, which the test brings; without Xvfb it skips and says so.
find_program(XVFB_RUN xvfb-run)
if(XVFB_RUN)
  set(san_gui_launcher ${XVFB_RUN} -a -s "-screen 0 1600x1000x24")
  set(san_gui_platform xcb)
endif()
san_gui_test(display display_test.cpp)
set(san_gui_launcher)
set(san_gui_platform offscreen)
