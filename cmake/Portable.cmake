# The toolchain of the wheel for many releases of Linux (presets portable-x86_64, portable-aarch64; ENCORE_PORTABLE names the
# processor): Zig's clang, its C++ library inside, against the symbols that glibc 2.28 had; libraries from .deps/portable, which
# setup/portable fills. Nothing of the building machine's own C library, C++ library or headers comes in.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES ENCORE_PORTABLE)
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${ENCORE_PORTABLE})
set(CMAKE_LIBRARY_ARCHITECTURE ${ENCORE_PORTABLE}-linux-gnu)
get_filename_component(portable ${CMAKE_CURRENT_LIST_DIR}/../.deps/portable ABSOLUTE)
set(CMAKE_C_COMPILER ${portable}/bin/${ENCORE_PORTABLE}-cc)
set(CMAKE_CXX_COMPILER ${portable}/bin/${ENCORE_PORTABLE}-c++)
set(CMAKE_C_FLAGS_INIT -g0)  # Zig's driver would have symbols for debuggers
set(CMAKE_CXX_FLAGS_INIT "-g0 -Wno-overloaded-virtual -Wno-overlength-strings")
set(CMAKE_SHARED_LINKER_FLAGS_INIT -s)
set(CMAKE_EXE_LINKER_FLAGS_INIT -s)
# What the compiler calls of its own (divisions of 128 bits, which instructions there are) comes from GCC's library. That of Zig is one
# object file, with an exp, a log and a cos that have other last bits than the C library's and would be taken before it
# (tests/install/wheel_platform sees whether they were).
foreach(language C CXX)
  set(CMAKE_${language}_STANDARD_LIBRARIES
    ${portable}/${ENCORE_PORTABLE}/usr/lib/gcc/${ENCORE_PORTABLE}-linux-gnu/12/libgcc.a)
endforeach()
set(CMAKE_AR ${portable}/bin/ar CACHE FILEPATH "")
set(CMAKE_RANLIB ${portable}/bin/ranlib CACHE FILEPATH "")
set(CMAKE_FIND_ROOT_PATH ${portable}/${ENCORE_PORTABLE})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
if(NOT CMAKE_HOST_SYSTEM_PROCESSOR STREQUAL ENCORE_PORTABLE)
  set(DUCKDB_ROOT ${portable}/../duckdb-${ENCORE_PORTABLE})
endif()
