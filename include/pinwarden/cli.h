// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_CLI_H_
#define PINWARDEN_CLI_H_

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

namespace pinwarden {

// Exit codes of `pinwarden`.
enum CliExit {
  kExitOk = 0,
  kExitFindings = 1,     // an image refused, a policy with errors, ...
  kExitUsage = 2,        // bad usage or unreadable input
  kExitUnreachable = 3,  // the daemon does not answer
};

// Where a run reads and writes; a test gives it string streams.
struct CliStreams {
  std::istream& in;
  std::ostream& out;      // data
  std::ostream& err;      // everything else
  bool colour = false;    // `out` is a terminal and NO_COLOR is not set
  size_t width = 0;       // of that terminal, in columns; 0: it is none
  bool progress = false;  // `err` is a terminal
};

// Runs `pinwarden ARGS...` and returns its exit code. Subcommands are in
// src/cli/, one file each.
int RunCli(const std::vector<std::string>& args, const CliStreams& streams);

}  // namespace pinwarden

#endif  // PINWARDEN_CLI_H_
