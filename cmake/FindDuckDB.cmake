# DuckDB's C library as fetched by setup/install into .deps/duckdb (or DUCKDB_ROOT): target DuckDB::DuckDB, which is its header. Nothing
# is linked with the library: src/database loads it when it is needed.
find_library(DuckDB_LIBRARY duckdb HINTS ${DUCKDB_ROOT} ${PROJECT_SOURCE_DIR}/.deps/duckdb NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH)
set(DuckDB_INCLUDE_DIR ${PROJECT_SOURCE_DIR}/third_party/duckdb)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(DuckDB REQUIRED_VARS DuckDB_LIBRARY DuckDB_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "run `make setup` first: it fetches the library")
if(DuckDB_FOUND AND NOT TARGET DuckDB::DuckDB)
  add_library(DuckDB::DuckDB INTERFACE IMPORTED)
  set_target_properties(DuckDB::DuckDB PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${DuckDB_INCLUDE_DIR}
    INTERFACE_LINK_LIBRARIES "${CMAKE_DL_LIBS}")
  if(ENCORE_SANITIZE)  # a checker's own dlopen looks into the checker's run path
    set_property(TARGET DuckDB::DuckDB APPEND PROPERTY INTERFACE_LINK_OPTIONS
      -Wl,--push-state,--no-as-needed ${DuckDB_LIBRARY} -Wl,--pop-state)
  endif()
endif()
