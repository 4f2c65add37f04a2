// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "lint_output/xml_text.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

void AppendEscaped(char c, std::string* out) {
  const auto byte = static_cast<unsigned char>(c);
  switch (c) {
    case '&':
      out->append("&amp;");
      return;
    case '<':
      out->append("&lt;");
      return;
    case '>':
      out->append("&gt;");
      return;
    case '"':
      out->append("&quot;");
      return;
    case '\t':
    case '\n':
    case '\r':
      // In an attribute they would be read as blanks.
      absl::StrAppend(out, "&#", byte, ";");
      return;
    default:
      break;
  }
  if (byte < 0x20 || byte == 0x7f) {
    out->append(kReplacement.data(), kReplacement.size());
  } else {
    out->push_back(c);
  }
}

}  // namespace

std::string XmlEscape(absl::string_view text) {
  const std::string valid = ToValidUtf8(text, text.size() * 3);
  std::string out;
  out.reserve(valid.size());
  for (size_t i = 0; i < valid.size(); ++i) {
    const absl::string_view rest = absl::string_view(valid).substr(i);
    // U+FFFE and U+FFFF
    if (absl::StartsWith(rest, "\xEF\xBF\xBE") ||
        absl::StartsWith(rest, "\xEF\xBF\xBF")) {
      out.append(kReplacement.data(), kReplacement.size());
      i += 2;
    } else {
      AppendEscaped(valid[i], &out);
    }
  }
  return out;
}

XmlText::XmlText() : out_("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") {}

void XmlText::CloseTag() {
  if (in_tag_) out_.append(">");
  in_tag_ = false;
}

void XmlText::Begin(absl::string_view element) {
  if (in_tag_) {
    CloseTag();
    out_.push_back('\n');
  }
  out_.append(open_.size() * 2, ' ');
  absl::StrAppend(&out_, "<", element);
  open_.push_back(element);
  in_tag_ = true;
  has_text_ = false;
}

void XmlText::Attribute(absl::string_view name, absl::string_view value) {
  absl::StrAppend(&out_, " ", name, "=\"", XmlEscape(value), "\"");
}

void XmlText::Count(absl::string_view name, size_t value) {
  absl::StrAppend(&out_, " ", name, "=\"", value, "\"");
}

void XmlText::Text(absl::string_view text) {
  CloseTag();
  out_.append(absl::StrReplaceAll(XmlEscape(text), {{"&#10;", "\n"}}));
  has_text_ = true;
}

void XmlText::End() {
  const absl::string_view element = open_.back();
  open_.pop_back();
  if (in_tag_) {
    out_.append("/>\n");
  } else {
    if (!has_text_) out_.append(open_.size() * 2, ' ');
    absl::StrAppend(&out_, "</", element, ">\n");
  }
  in_tag_ = false;
  has_text_ = false;
}

void XmlText::Empty(absl::string_view element) {
  Begin(element);
  End();
}

}  // namespace pinwarden
