// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// lint_output_samples DIRECTORY: results of all kinds in all formats, as
// DIRECTORY/SAMPLE.FORMAT, for tests/lint_output/validate.py.
#include <cstdio>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lint_output/samples.h"
#include "pinwarden/baseline.h"
#include "pinwarden/file.h"

namespace pinwarden::testing {
namespace {

bool Write(const std::string& path, const std::string& text) {
  const absl::Status status = WriteFileAtomically(path, text, 0644);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok();
}

bool WriteSample(const std::string& stem, const LintResult& result,
                 const LintOutputOptions& options) {
  for (const std::string& name : LintOutputNames()) {
    if (!Write(absl::StrCat(stem, ".", name),
               FormatLint(result, *ParseLintOutput(name), options))) {
      return false;
    }
  }
  return Write(stem + ".baseline", WriteBaseline(result).value_or(""));
}

bool WriteSamples(const std::string& directory) {
  LintOutputOptions shown = Options();
  shown.show_suppressed = true;
  return WriteSample(directory + "/nothing", {}, {}) &&
         WriteSample(directory + "/one", ResultOf({Refused()}), Options()) &&
         WriteSample(directory + "/everything", Everything(), Options()) &&
         WriteSample(directory + "/shown", Everything(), shown) &&
         WriteSample(directory + "/elsewhere", Everything(), {});
}

}  // namespace
}  // namespace pinwarden::testing

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: lint_output_samples DIRECTORY\n");
    return 2;
  }
  return pinwarden::testing::WriteSamples(argv[1]) ? 0 : 1;
}
