# Read by CPack for each kind of package: an archive carries every library that it needs; a .deb those whose names change from
# release to release (fmt, Highway), and names the packages that have the rest.
if(CPACK_GENERATOR STREQUAL "TGZ")
  set(ENV{ENCORE_BUNDLE} ON)
else()
  set(ENV{ENCORE_BUNDLE} SOME)
endif()
