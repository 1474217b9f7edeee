// The program's entry: everything happens in commands/, so that tests can run it too.
#include "commands/program.h"

int main(int argc, char** argv) { return encore::run_program({argv + 1, argv + argc}); }
