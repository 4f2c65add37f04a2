// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_LINT_FORMATS_H_
#define PINWARDEN_SRC_LINT_FORMATS_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "pinwarden/image_use.h"
#include "pinwarden/lint.h"
#include "pinwarden/source_tree.h"

namespace pinwarden {

// A file, what kind of one it is, and its tree where it has one.
struct OpenedFile {
  std::optional<FileFormat> format;
  SourceTree tree;
  bool comments = true;           // "#" starts one
  bool comments_on_line = false;  // also after something else
};

// Parses a file and tells its format, unless it is given.
OpenedFile OpenSource(const SourceText& source,
                      std::optional<FileFormat> format);

// What the finder of that format finds.
ImageSearch FindImages(FileFormat format, const SourceText& source,
                       const SourceTree& tree, const SearchOptions& options);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_LINT_FORMATS_H_
