# Read by CPack for each kind of package: an archive carries the libraries that it needs, a .deb names the packages that have them.
if(CPACK_GENERATOR STREQUAL "TGZ")
  set(ENV{ENCORE_BUNDLE} ON)
else()
  set(ENV{ENCORE_BUNDLE} OFF)
endif()
