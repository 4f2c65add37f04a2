// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_SOURCE_FILES_IGNORED_BY_H_
#define PINWARDEN_TESTS_SOURCE_FILES_IGNORED_BY_H_

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "source_files/gitignore.h"

namespace pinwarden::testing {

// Whether the file `path`, or a directory that it is in, is ignored.
inline bool IgnoredBy(const GitIgnore& ignore, absl::string_view path) {
  for (size_t slash = path.find('/'); slash != absl::string_view::npos;
       slash = path.find('/', slash + 1)) {
    if (ignore.Ask(path.substr(0, slash), true) ==
        GitIgnore::Answer::kIgnored) {
      return true;
    }
  }
  return ignore.Ask(path, false) == GitIgnore::Answer::kIgnored;
}

struct IgnoreCase {
  const char* patterns;
  const char* path;
  bool ignored;
};

// One test asks the matcher, another one git.
inline constexpr IgnoreCase kIgnoreCases[] = {
    // A name alone is ignored at every depth.
    {"a.yaml", "a.yaml", true},
    {"a.yaml", "x/y/a.yaml", true},
    {"a.yaml", "a.yaml/b", true},
    {"a.yaml", "ba.yaml", false},
    {"a.yaml", "A.yaml", false},
    // A slash at the start or inside ties it to the file's directory.
    {"/a", "a", true},
    {"/a", "x/a", false},
    {"x/a", "x/a", true},
    {"x/a", "y/x/a", false},
    {"/x/a", "x/a", true},
    {"x/a", "x/a/b/c", true},
    // One at the end ties it to directories.
    {"a/", "a", false},
    {"a/", "a/b", true},
    {"a/", "x/a/b", true},
    {"/a/", "x/a/b", false},
    {"x/a/", "x/a", false},
    {"x/a/", "x/a/b", true},
    {"*/", "a", false},
    {"*/", "a/b", true},
    // "*" and "?" stay within a name.
    {"*.yaml", "x/a.yaml", true},
    {"*.yaml", "a.yml", false},
    {"*.yaml", ".yaml", true},
    {"a*", "abc", true},
    {"a*c", "a/c", false},
    {"/x/*", "x/a", true},
    {"x/*.yaml", "x/a.yaml", true},
    {"x/*.yaml", "x/y/a.yaml", false},
    {"x/*/a", "x/y/a", true},
    {"x/*/a", "x/y/z/a", false},
    {"?.yaml", "a.yaml", true},
    {"?.yaml", "ab.yaml", false},
    {"x?a", "x/a", false},
    // "**" between slashes crosses them.
    {"**/a", "a", true},
    {"**/a", "x/y/a", true},
    {"**/x/a", "y/x/a", true},
    {"x/**", "x/a", true},
    {"x/**", "x/y/a", true},
    {"x/**", "x", false},
    {"x/**/a", "x/a", true},
    {"x/**/a", "x/y/z/a", true},
    {"x/**/a", "xa", false},
    {"**", "a", true},
    {"/**/a", "x/a", true},
    {"x/**/y/*.yaml", "x/1/2/y/a.yaml", true},
    {"x/**/y/*.yaml", "x/1/2/y/z/a.yaml", false},
    // Elsewhere it is "*".
    {"x/a**b", "x/a1b", true},
    {"x/1a**b", "x/1a/b", false},
    {"x/**a", "x/ya", true},
    {"x/y**/a", "x/yz/a", true},
    // Sets.
    {"[ab].yaml", "a.yaml", true},
    {"[ab].yaml", "c.yaml", false},
    {"[a-c]x", "bx", true},
    {"[!a-c]x", "bx", false},
    {"[^a-c]x", "dx", true},
    {"[]x]a", "]a", true},
    {"[a-]x", "-x", true},
    {"[[:digit:]]", "7", true},
    {"[[:digit:]a-c]", "b", true},
    {"[[:nothing:]]", "a", false},
    {"[a", "[a", false},
    {"x[/]a", "x/a", false},
    {"[!a]b", "x/b", false},
    // What stands for itself.
    {"\\*.yaml", "*.yaml", true},
    {"\\*.yaml", "a.yaml", false},
    {"\\#a", "#a", true},
    {"\\!a", "!a", true},
    {"[\\]]", "]", true},
    {"a\\", "a\\", false},
    {"#a", "#a", false},
    {"a#", "a#", true},
    // Spaces at the end, and line ends.
    {"a  ", "a", true},
    {"a\\ ", "a ", true},
    {"a\\  ", "a ", true},
    {"a b", "a b", true},
    {" a", " a", true},
    {"a\t", "a", false},
    {"a\r\nb\r\n", "a", true},
    {"\n  \n\nb", "b", true},
    // The last one that matches counts, but not inside of what is ignored.
    {"*.yaml\n!a.yaml", "a.yaml", false},
    {"!a.yaml\n*.yaml", "a.yaml", true},
    {"*.yaml\n!a.yaml\na.yaml", "a.yaml", true},
    {"x/\n!x/a", "x/a", true},
    {"x/*\n!x/a", "x/a", false},
    {"/*\n!/x\n/x/*\n!/x/a", "x/a", false},
    {"/*\n!/x\n/x/*\n!/x/a", "x/b", true},
    {"*\n!*/\n!*.yaml", "x/y/a.yaml", false},
    {"*\n!*/\n!*.yaml", "x/y/a.json", true},
    {"!", "a", false},
    {"/", "a", false},
    {"//", "a", false},
};

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_SOURCE_FILES_IGNORED_BY_H_
