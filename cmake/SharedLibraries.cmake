# The shared libraries that Python loads: encore_library(TARGET NAME module...) makes libNAME.so from the objects of modules
# that hold functions of src/c_api/encore.h. Nothing but these functions is visible in it.
function(encore_library target name)
  set(objects)
  set(links)
  foreach(module IN LISTS ARGN)
    list(APPEND objects $<TARGET_OBJECTS:encore_${module}>)
    list(APPEND links encore_${module})
  endforeach()
  add_library(${target} SHARED ${objects})
  target_link_libraries(${target} PRIVATE ${links})
  target_link_options(${target} PRIVATE -Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/exports.map -Wl,--gc-sections
    -Wl,--as-needed)
  if(NOT ENCORE_SANITIZE)
    target_link_options(${target} PRIVATE -Wl,-z,defs)
  endif()
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name} LINKER_LANGUAGE CXX
    LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/exports.map LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}
    BUILD_RPATH "$ORIGIN;${CMAKE_BUILD_RPATH}" INSTALL_RPATH "$ORIGIN")
endfunction()
