# What `make install` and `make package` put where: the program, the libraries that a bare Linux lacks, completions and manual
# pages (written by the program itself from its tables of options), the documents. Not the Python wheel (setup/wheel).
install(FILES ${DuckDB_LIBRARY} DESTINATION ${CMAKE_INSTALL_LIBDIR}/encore)
install(FILES LICENSE README.md CHANGELOG.md CONTRIBUTING.md setup/package/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs notebooks sql DESTINATION ${CMAKE_INSTALL_DOCDIR})
# What the pages link to, at the same place beside them (tests/install/run: no link leads nowhere).
foreach(file setup/serve/Containerfile setup/serve/encore-serve.service.in data/README.md src/README.md
    src/c_api/encore.h python/encore/_core.py)
  get_filename_component(folder ${file} DIRECTORY)
  install(FILES ${file} DESTINATION ${CMAKE_INSTALL_DOCDIR}/${folder})
endforeach()
install(FILES third_party/duckdb/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR}/licences RENAME duckdb)

# The installed program knows its options; asked while it is installed, nothing can be out of date.
configure_file(${PROJECT_SOURCE_DIR}/cmake/ShellFiles.cmake.in ${PROJECT_BINARY_DIR}/ShellFiles.cmake @ONLY)
install(SCRIPT ${PROJECT_BINARY_DIR}/ShellFiles.cmake)

set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)  # the program alone is packed, its tests need not be built
set(CPACK_GENERATOR TGZ DEB)
set(CPACK_PACKAGE_NAME encore-recommender)  # `encore` is another project's name in several archives
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "From a folder of ratings to recommendations, with autoencoders")
set(CPACK_PACKAGE_DESCRIPTION "Encore prepares ratings with SQL, trains autoencoders and linear models on all cores, judges them on
users that they have never seen, recommends, and serves recommendations over HTTP: one program, nothing else at run time.")
set(CPACK_PACKAGE_CONTACT "The authors of Encore <encore@localhost>")
set(CPACK_PACKAGE_FILE_NAME encore-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
get_filename_component(duckdb_folder ${DuckDB_LIBRARY} DIRECTORY)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${duckdb_folder} ${PROJECT_BINARY_DIR}/travelling)
set(CPACK_PROJECT_CONFIG_FILE ${PROJECT_SOURCE_DIR}/cmake/PackageKinds.cmake)
set(CPACK_OUTPUT_FILE_PREFIX ${PROJECT_SOURCE_DIR}/dist)
include(CPack)
