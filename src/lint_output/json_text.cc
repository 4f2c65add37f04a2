// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "lint_output/json_text.h"

#include "absl/strings/str_cat.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

constexpr char kHex[] = "0123456789abcdef";

void AppendEscaped(char c, std::string* out) {
  const auto byte = static_cast<unsigned char>(c);
  if (c == '"' || c == '\\') {
    out->push_back('\\');
    out->push_back(c);
  } else if (c == '\n') {
    out->append("\\n");
  } else if (byte < 0x20 || byte == 0x7f) {
    out->append("\\u00");
    out->push_back(kHex[byte >> 4]);
    out->push_back(kHex[byte & 0xf]);
  } else {
    out->push_back(c);
  }
}

}  // namespace

void JsonText::Separate() {
  if (!fresh_) out_.push_back(',');
  if (line_) {
    out_.push_back('\n');
  } else if (!fresh_) {
    out_.push_back(' ');
  }
  fresh_ = false;
  line_ = false;
}

void JsonText::Begin(char bracket) {
  Separate();
  out_.push_back(bracket);
  fresh_ = true;
}

void JsonText::End(char bracket) {
  if (line_) out_.push_back('\n');
  out_.push_back(bracket);
  fresh_ = false;
  line_ = false;
}

void JsonText::Quoted(absl::string_view text) {
  out_.push_back('"');
  // Each byte that is no character takes three.
  for (const char c : ToValidUtf8(text, text.size() * 3)) {
    AppendEscaped(c, &out_);
  }
  out_.push_back('"');
}

void JsonText::Key(absl::string_view key) {
  Separate();
  Quoted(key);
  out_.append(": ");
  fresh_ = true;
}

void JsonText::String(absl::string_view value) {
  Separate();
  Quoted(value);
}

void JsonText::Member(absl::string_view key, absl::string_view value) {
  Key(key);
  String(value);
}

void JsonText::Count(absl::string_view key, size_t value) {
  Key(key);
  Separate();
  absl::StrAppend(&out_, value);
}

void JsonText::Flag(absl::string_view key, bool value) {
  Key(key);
  Separate();
  out_.append(value ? "true" : "false");
}

void JsonText::Object(absl::string_view key) {
  Key(key);
  BeginObject();
}

void JsonText::Array(absl::string_view key) {
  Key(key);
  BeginArray();
}

void JsonText::Text(absl::string_view key, absl::string_view value) {
  Object(key);
  Member("text", value);
  EndObject();
}

}  // namespace pinwarden
