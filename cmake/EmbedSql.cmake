# The pipeline's texts become part of the program: encore_embed_sql(OUTPUT) writes a C++ file with every sql/*.sql in order
# of its name. Run as a script (cmake -P) it does the writing, so that a changed text rebuilds what needs it.
if(CMAKE_SCRIPT_MODE_FILE)
  file(GLOB texts "${SQL_FOLDER}/*.sql")
  list(SORT texts)
  set(code "// Written by cmake/EmbedSql.cmake from sql/*.sql.\n#include \"preparation/sql_model.h\"\n\nnamespace encore {\n\n")
  string(APPEND code "const std::vector<std::string_view>& sql_texts() {\n  static const std::vector<std::string_view> texts = {\n")
  foreach(text IN LISTS texts)
    file(READ "${text}" content)
    string(APPEND code "R\"sql(${content})sql\",\n")
  endforeach()
  string(APPEND code "  };\n  return texts;\n}\n\n}  // namespace encore\n")
  file(WRITE "${OUTPUT}" "${code}")
  return()
endif()

function(encore_embed_sql output)
  file(GLOB texts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/sql/*.sql)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DSQL_FOLDER=${PROJECT_SOURCE_DIR}/sql -DOUTPUT=${output}
            -P ${PROJECT_SOURCE_DIR}/cmake/EmbedSql.cmake
    DEPENDS ${texts} ${PROJECT_SOURCE_DIR}/cmake/EmbedSql.cmake VERBATIM)
endfunction()
