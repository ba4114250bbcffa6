# SANCTUM_PACKAGE_VERSION and SANCTUM_PACKAGE_DATE, as the control file and the change log of a package want them.
#
# The version rises from commit to commit, or dpkg could not tell an older package from a newer one. It ends with the time of
# the commit, which a clone without its history knows, too; without git with the time of this configuration. It is no
# value of the cache, which would stay what it was.

execute_process(COMMAND git -C ${CMAKE_SOURCE_DIR} log -1 --format=%ct OUTPUT_VARIABLE commit_time
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(commit_time)
  set(ENV{SOURCE_DATE_EPOCH} ${commit_time})  # the time that string(TIMESTAMP) writes
endif()
string(TIMESTAMP commit_time "%Y%m%d%H%M%S" UTC)
set(SANCTUM_PACKAGE_VERSION ${PROJECT_VERSION}+git${commit_time})
string(TIMESTAMP SANCTUM_PACKAGE_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
