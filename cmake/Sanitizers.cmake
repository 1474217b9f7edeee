# ENCORE_SANITIZE=address|thread: builds everything with address and undefined-behaviour checks, or with the race checker.
set(ENCORE_SANITIZE "" CACHE STRING "address (with undefined behaviour) or thread")
if(ENCORE_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(ENCORE_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
elseif(ENCORE_SANITIZE)
  message(FATAL_ERROR "ENCORE_SANITIZE is '${ENCORE_SANITIZE}'; it may be 'address' or 'thread'")
endif()
if(ENCORE_SANITIZE)
  add_compile_options(-UNDEBUG)  # the checkers run with our assertions on
endif()
