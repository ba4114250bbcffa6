# The draft on disk (killed consoles, torn files, full disks).
san_gui_test(draft_journal draft_journal_test.cpp)
