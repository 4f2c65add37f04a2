// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "report/json_writer.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace pinwarden {
namespace {

constexpr size_t kBufferBytes = 64 << 10;

bool IsPlain(char c) {
  return c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '<';
}

// Whatever the bytes are: what is not UTF-8 comes out as U+FFFD.
std::string Escaped(absl::string_view text) {
  const nlohmann::json json = std::string(text);
  return absl::StrReplaceAll(
      json.dump(-1, ' ', /*ensure_ascii=*/true,
                nlohmann::json::error_handler_t::replace),
      {{"<", "\\u003c"}, {"\x7f", "\\u007f"}});
}

}  // namespace

void JsonWriter::Flush() {
  out_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  buffer_.clear();
}

void JsonWriter::Separate() {
  if (comma_) buffer_.push_back(',');
  comma_ = true;
  if (buffer_.size() > kBufferBytes) Flush();
}

void JsonWriter::Begin(char bracket) {
  Separate();
  buffer_.push_back(bracket);
  comma_ = false;
}

void JsonWriter::End(char bracket) {
  buffer_.push_back(bracket);
  comma_ = true;
}

void JsonWriter::Key(absl::string_view key) {
  String(key);
  buffer_.push_back(':');
  comma_ = false;
}

void JsonWriter::String(absl::string_view value) {
  Separate();
  if (std::all_of(value.begin(), value.end(), IsPlain)) {
    absl::StrAppend(&buffer_, "\"", value, "\"");
  } else {
    buffer_.append(Escaped(value));
  }
}

void JsonWriter::Number(uint64_t value) {
  Separate();
  absl::StrAppend(&buffer_, value);
}

void JsonWriter::Signed(int64_t value) {
  Separate();
  absl::StrAppend(&buffer_, value);
}

void JsonWriter::Raw(absl::string_view json) {
  Separate();
  absl::StrAppend(&buffer_, json);
}

void JsonWriter::Member(absl::string_view key, absl::string_view value) {
  Key(key);
  String(value);
}

void JsonWriter::Member(absl::string_view key, uint64_t value) {
  Key(key);
  Number(value);
}

}  // namespace pinwarden
