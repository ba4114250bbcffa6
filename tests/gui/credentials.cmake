# The page of credentials and its models.
san_gui_test(credentials credentials_test.cpp)
