# Debian packages by CPack: settings, and what all packages have. Each program's packaging folder installs its files
# under a component and calls san_package().

# Where what is made for packages lies: manual pages, completions, maintainer scripts.
set(SANCTUM_PACKAGED ${CMAKE_BINARY_DIR}/packaged)
include(${CMAKE_SOURCE_DIR}/shared/packaging/version.cmake)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "Sanctum developers <packages@sanctum.example>")
set(CPACK_PACKAGE_NAME sanctum)
set(CPACK_PACKAGE_VERSION ${SANCTUM_PACKAGE_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_OUTPUT_FILE_PREFIX ${CMAKE_BINARY_DIR}/../packages)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

configure_file(${CMAKE_SOURCE_DIR}/shared/packaging/changelog.in ${SANCTUM_PACKAGED}/changelog @ONLY)
add_custom_command(OUTPUT ${SANCTUM_PACKAGED}/changelog.gz DEPENDS ${SANCTUM_PACKAGED}/changelog VERBATIM
  COMMAND gzip -9n -k -f ${SANCTUM_PACKAGED}/changelog)
# All that packages hold and no program is; with the programs it is all that cpack needs.
add_custom_target(packaged ALL DEPENDS ${SANCTUM_PACKAGED}/changelog.gz)
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)

# san_package(COMPONENT SUMMARY ... DESCRIPTION ... SECTION ... [DEPENDS ...] [RECOMMENDS ...] [SUGGESTS ...]
#   [PROGRAM NAME] the one that runs; [UNITS ...] units that a removal stops; [ENABLED ...] those that an installation starts
#   [INSTANCES ...] patterns of units that administrators make of the package's templates; a removal stops them, too
#   [STATE FOLDER] [DATA FILE] what a newer version may have written; [PURGED ...] paths
#   [EMPTIED ...] folders that a purge removes where nothing else is in them; [CONFIGURATION ...] files of /etc)
# The Debian package sanctum-COMPONENT.
function(san_package component)
  cmake_parse_arguments(one "" "SUMMARY;DESCRIPTION;SECTION;PROGRAM;STATE;DATA" "DEPENDS;RECOMMENDS;SUGGESTS;UNITS;ENABLED;INSTANCES;PURGED;EMPTIED;CONFIGURATION" ${ARGN})
  set(PACKAGE sanctum-${component})
  string(TOUPPER ${component} upper)
  set(scripts ${SANCTUM_PACKAGED}/${PACKAGE})
  set(extra "")
  # Else what somebody had enabled by hand would be enabled, unasked, by the next installation.
  foreach(unit ${one_UNITS} ${one_INSTANCES})
    list(APPEND one_PURGED /etc/systemd/system/*.wants/${unit})
  endforeach()
  set(one_STOPPED ${one_UNITS})
  foreach(pattern ${one_INSTANCES})
    list(APPEND one_STOPPED "'${pattern}'")
  endforeach()
  foreach(list UNITS STOPPED ENABLED PURGED EMPTIED)
    list(JOIN one_${list} " " ${list})
  endforeach()
  set(PROGRAM ${one_PROGRAM})
  set(STATE ${one_STATE})
  set(DATA ${one_DATA})
  if(one_ENABLED)
    foreach(script preinst postinst prerm postrm)
      configure_file(${CMAKE_SOURCE_DIR}/shared/packaging/${script}.in ${scripts}/${script} @ONLY
        FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
      list(APPEND extra ${scripts}/${script})
    endforeach()
  endif()
  if(one_CONFIGURATION)
    list(JOIN one_CONFIGURATION "\n" lines)
    file(CONFIGURE OUTPUT ${scripts}/conffiles CONTENT "${lines}\n")
    list(APPEND extra ${scripts}/conffiles)
  endif()
  install(FILES ${CMAKE_SOURCE_DIR}/shared/packaging/copyright DESTINATION share/doc/${PACKAGE} COMPONENT ${component})
  install(FILES ${SANCTUM_PACKAGED}/changelog.gz DESTINATION share/doc/${PACKAGE} COMPONENT ${component})
  set(settings "set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${PACKAGE})\n")
  foreach(list DEPENDS RECOMMENDS SUGGESTS)
    list(JOIN one_${list} ", " joined)
    string(APPEND settings "set(CPACK_DEBIAN_${upper}_PACKAGE_${list} \"${joined}\")\n")
  endforeach()
  string(APPEND settings "set(CPACK_DEBIAN_${upper}_PACKAGE_SECTION ${one_SECTION})\n"
    "set(CPACK_DEBIAN_${upper}_DESCRIPTION \"${one_SUMMARY}\n${one_DESCRIPTION}\")\n"
    "set(CPACK_DEBIAN_${upper}_PACKAGE_CONTROL_EXTRA \"${extra}\")\n")
  set_property(GLOBAL APPEND PROPERTY SANCTUM_PACKAGES ${component})
  set_property(GLOBAL APPEND_STRING PROPERTY SANCTUM_PACKAGE_SETTINGS "${settings}")
endfunction()

# san_man_pages(COMPONENT COMMAND ... DEPENDS TARGET): pages that a command writes into the folder, installed compressed.
function(san_man_pages component)
  cmake_parse_arguments(man "" "DEPENDS" "COMMAND" ${ARGN})
  set(folder ${SANCTUM_PACKAGED}/man-${component})
  add_custom_command(OUTPUT ${folder}/done DEPENDS ${man_DEPENDS} VERBATIM
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${folder}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
    COMMAND sh -c "\"$@\" && cd \"$0\" && gzip -9n -- *" ${folder} ${man_COMMAND}
    COMMAND ${CMAKE_COMMAND} -E touch ${folder}/done)
  add_custom_target(packaged_man_${component} DEPENDS ${folder}/done)
  add_dependencies(packaged packaged_man_${component})
  foreach(section 1 5 8)
    install(DIRECTORY ${folder}/ DESTINATION share/man/man${section} COMPONENT ${component}
      FILES_MATCHING PATTERN "*.${section}.gz")
  endforeach()
endfunction()

# After all packages are known.
function(san_configure_packages)
  get_property(packages GLOBAL PROPERTY SANCTUM_PACKAGES)
  get_property(settings GLOBAL PROPERTY SANCTUM_PACKAGE_SETTINGS)
  set(CPACK_COMPONENTS_ALL ${packages})
  set(CPACK_PROJECT_CONFIG_FILE ${SANCTUM_PACKAGED}/packages.cmake)
  file(CONFIGURE OUTPUT ${SANCTUM_PACKAGED}/packages.cmake CONTENT "${settings}" @ONLY)
  include(CPack)
endfunction()
