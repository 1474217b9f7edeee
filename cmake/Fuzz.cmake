# ENCORE_FUZZ=ON (needs clang): the targets of fuzz/, one program each, under the address and undefined-behaviour checkers;
# fuzz/run runs them. The flags must be set before the modules, the programs after them.
option(ENCORE_FUZZ "Build the fuzz targets (needs clang)" OFF)
if(ENCORE_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "ENCORE_FUZZ needs clang: cmake -DCMAKE_CXX_COMPILER=clang++")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -UNDEBUG)
  add_link_options(-fsanitize=address,undefined)
endif()

# encore_fuzz(name module...): the program fuzz_<name> from fuzz/<name>.cpp.
function(encore_fuzz name)
  if(NOT ENCORE_FUZZ)
    return()
  endif()
  add_executable(fuzz_${name} ${PROJECT_SOURCE_DIR}/fuzz/${name}.cpp)
  target_include_directories(fuzz_${name} PRIVATE ${PROJECT_SOURCE_DIR}/fuzz)
  target_link_libraries(fuzz_${name} PRIVATE ${ARGN})
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  # Not everything: a library for Python that is linked without a main program has nowhere to get the checkers from.
  if(NOT TARGET fuzz_targets)
    add_custom_target(fuzz_targets)
  endif()
  add_dependencies(fuzz_targets fuzz_${name})
endfunction()
