# The draft on disk (killed consoles, torn files, full disks) and as a command.
san_gui_test(draft_journal draft_journal_test.cpp draft_commands_test.cpp)
