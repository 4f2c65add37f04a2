// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "absl/strings/numbers.h"
#include "pinwarden/cli.h"

namespace {

constexpr size_t kUsualWidth = 80;
constexpr size_t kLeastWidth = 20;

// Of the terminal on stdout: what COLUMNS says, or what the terminal does.
size_t TerminalWidth() {
  const char* const columns = std::getenv("COLUMNS");
  unsigned width = 0;
  if (columns != nullptr && absl::SimpleAtoi(columns, &width) &&
      width >= kLeastWidth) {
    return width;
  }
  winsize size = {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
      size.ws_col >= kLeastWidth) {
    return size.ws_col;
  }
  return kUsualWidth;
}

}  // namespace

int main(int argc, char** argv) {
  const char* no_color = std::getenv("NO_COLOR");
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  const bool colour = terminal && (no_color == nullptr || *no_color == '\0');
  std::ios::sync_with_stdio(false);
  return pinwarden::RunCli(
      std::vector<std::string>(argv + 1, argv + argc),
      {std::cin, std::cout, std::cerr, colour, terminal ? TerminalWidth() : 0,
       isatty(STDERR_FILENO) == 1});
}
