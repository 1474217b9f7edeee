// draw_page: results.json on standard input, its page on standard output; for the tests in the browser.
#include <cstdio>
#include <iostream>
#include <iterator>

#include "process/error.h"
#include "report/page.h"

int main() {
  const std::string results((std::istreambuf_iterator<char>(std::cin)), std::istreambuf_iterator<char>());
  try {
    std::cout << encore::page_of(results) << std::flush;
  } catch (const encore::UserError& error) {
    std::fprintf(stderr, "draw_page: %s\n", error.what());
    return 2;
  }
  return std::cout ? 0 : 1;
}
