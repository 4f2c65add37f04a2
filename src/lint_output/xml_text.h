// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_LINT_OUTPUT_XML_TEXT_H_
#define PINWARDEN_LINT_OUTPUT_XML_TEXT_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace pinwarden {

// Any bytes as the text of an XML 1.0 element or attribute: what is not UTF-8,
// and the characters that XML cannot hold, become U+FFFD.
std::string XmlEscape(absl::string_view text);

// Builds an XML document, an element a line. Names are right as they are.
class XmlText {
 public:
  XmlText();

  void Begin(absl::string_view element);
  // Of the element that was begun last, before anything in it.
  void Attribute(absl::string_view name, absl::string_view value);
  void Count(absl::string_view name, size_t value);
  // The text of the element that was begun last, which has no elements.
  void Text(absl::string_view text);
  void End();
  // An element without content.
  void Empty(absl::string_view element);

  std::string Take() && { return std::move(out_); }

 private:
  void CloseTag();

  std::string out_;
  std::vector<absl::string_view> open_;
  bool in_tag_ = false;  // its ">" is still to come
  bool has_text_ = false;
};

}  // namespace pinwarden

#endif  // PINWARDEN_LINT_OUTPUT_XML_TEXT_H_
