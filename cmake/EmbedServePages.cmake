# The pages of `encore serve` (/ and /status) become part of the program: encore_embed_serve_pages(OUTPUT) writes a C++ file
# with both, into which the style and the modules of src/serve/page/ have been put. No bundler: the modules follow one another
# in the order of their names, main.js last, without their `export` words, and share one scope. Run as a script it writes.
if(CMAKE_SCRIPT_MODE_FILE)
  set(folder "${SOURCE}/src/serve/page")
  file(READ "${folder}/style.css" style)

  # page_text(NAME TEMPLATE MODULE…): a function NAME of the C++ file.
  function(page_text name template)
    foreach(module IN LISTS ARGN)
      file(READ "${module}" text)
      string(REGEX REPLACE "(^|\n)export " "\\1" text "${text}")
      if(text MATCHES "</script")
        message(FATAL_ERROR "${module} holds the end of a script element")
      endif()
      string(APPEND code "${text}\n")
    endforeach()
    file(READ "${template}" page)
    string(REPLACE "@STYLE@" "${style}" page "${page}")
    string(REPLACE "@MODULES@" "${code}" page "${page}")
    set(pages "${pages}std::string_view ${name}() {\n  return R\"page(${page})page\";\n}\n\n" PARENT_SCOPE)
  endfunction()

  file(GLOB modules "${folder}/[0-9]*.js")
  list(SORT modules)
  page_text(films_page "${folder}/page.html" ${modules} "${folder}/main.js")
  file(GLOB modules "${folder}/status/[0-9]*.js")
  list(SORT modules)
  page_text(status_page "${folder}/status/status.html" "${folder}/1_api.js" ${modules} "${folder}/status/main.js")
  file(WRITE "${OUTPUT}" "// Written by cmake/EmbedServePages.cmake from src/serve/page/.\n"
    "#include \"serve/pages.h\"\n\nnamespace encore::serve {\n\n${pages}}  // namespace encore::serve\n")
  return()
endif()

function(encore_embed_serve_pages output)
  set(script ${PROJECT_SOURCE_DIR}/cmake/EmbedServePages.cmake)
  file(GLOB pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/serve/page/*.* ${PROJECT_SOURCE_DIR}/src/serve/page/status/*)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR} -DOUTPUT=${output} -P ${script}
    DEPENDS ${pages} ${script} VERBATIM)
endfunction()
