// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "pinwarden/cli.h"

int main(int argc, char** argv) {
  const char* no_color = std::getenv("NO_COLOR");
  const bool colour =
      isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
  std::ios::sync_with_stdio(false);
  return pinwarden::RunCli(std::vector<std::string>(argv + 1, argv + argc),
                           {std::cin, std::cout, std::cerr, colour});
}
