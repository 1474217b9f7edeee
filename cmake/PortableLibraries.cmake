# With the toolchain of cmake/Portable.cmake: the libraries in C++ that Debian has compiled for another C++ library than Zig's, from their
# sources in .deps/portable/src: fmt::fmt, hwy and, for tests, GoogleTest. Those in C are Debian's archives and found as everywhere.
set(sources ${PROJECT_SOURCE_DIR}/.deps/portable/src)
add_library(fmt STATIC ${sources}/fmt/src/format.cc)
target_include_directories(fmt SYSTEM PUBLIC ${sources}/fmt/include)
add_library(fmt::fmt ALIAS fmt)
add_library(hwy STATIC ${sources}/highway/hwy/targets.cc ${sources}/highway/hwy/per_target.cc ${sources}/highway/hwy/aligned_allocator.cc)
target_include_directories(hwy SYSTEM PUBLIC ${sources}/highway)
if(ENCORE_TESTS)
  set(INSTALL_GTEST OFF)
  add_subdirectory(${sources}/googletest ${PROJECT_BINARY_DIR}/googletest EXCLUDE_FROM_ALL)
  set(CMAKE_GTEST_DISCOVER_TESTS_DISCOVERY_MODE PRE_TEST)  # another processor's programs may not run here
endif()
# Asio of Boost 1.74 asks for std::result_of, which C++20 no longer has, unless it is told of its successor.
add_compile_definitions(BOOST_ASIO_HAS_STD_INVOKE_RESULT)
# Debian's archive of bzip2 is made for programs, not for shared libraries.
enable_language(C)
add_library(bz2 STATIC)
foreach(part blocksort huffman crctable randtable compress decompress bzlib)
  target_sources(bz2 PRIVATE ${sources}/bzip2/${part}.c)
endforeach()
target_include_directories(bz2 SYSTEM PUBLIC ${sources}/bzip2)
set(ENCORE_LIBRARY_bz2 bz2)
set(ENCORE_HEADER_bz2 ${sources}/bzip2)
# portable_headers.h, parsed once, its templates made once (CMake's own way to do so asks for more than Zig's driver of clang takes). With
# the modules' options.
set(portable_headers ${PROJECT_BINARY_DIR}/portable_headers.pch)
add_custom_command(OUTPUT ${portable_headers}
  COMMAND ${CMAKE_CXX_COMPILER} -std=c++20 -O3 -DNDEBUG -fPIC -g0 -ffp-contract=off -fpch-instantiate-templates
    -I${PROJECT_SOURCE_DIR}/src -isystem ${sources}/fmt/include -isystem ${CMAKE_FIND_ROOT_PATH}/usr/include
    -x c++-header ${PROJECT_SOURCE_DIR}/cmake/portable_headers.h -o ${portable_headers}
  DEPENDS ${PROJECT_SOURCE_DIR}/cmake/portable_headers.h ${PROJECT_SOURCE_DIR}/src/dataset/checked_json.h VERBATIM)
add_custom_target(portable_headers DEPENDS ${portable_headers})
