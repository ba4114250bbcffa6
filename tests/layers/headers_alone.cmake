# Configures a build folder for the target headers_alone and builds it. SOURCE, BINARY and CXX are given by -D.
execute_process(
  COMMAND ${CMAKE_COMMAND} -S ${SOURCE} -B ${BINARY} -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER=${CXX}
    -DSANCTUM_HEADERS_ALONE=ON
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${BINARY} --target headers_alone -- --quiet COMMAND_ERROR_IS_FATAL ANY)
