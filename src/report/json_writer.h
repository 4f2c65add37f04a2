// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_REPORT_JSON_WRITER_H_
#define PINWARDEN_REPORT_JSON_WRITER_H_

#include <cstdint>
#include <ostream>
#include <string>

#include "absl/strings/string_view.h"

namespace pinwarden {

// Writes JSON as it goes, so that a report with millions of rows needs no tree
// in memory. Printable ASCII only, and no '<' in a string, so that it may stand
// in a page. The caller opens and closes in the right order.
class JsonWriter {
 public:
  explicit JsonWriter(std::ostream& out) : out_(out) {}
  ~JsonWriter() { Flush(); }
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  void BeginObject() { Begin('{'); }
  void EndObject() { End('}'); }
  void BeginArray() { Begin('['); }
  void EndArray() { End(']'); }

  void Key(absl::string_view key);  // the value is to follow
  void String(absl::string_view value);
  void Number(uint64_t value);
  void Signed(int64_t value);
  void Raw(absl::string_view json);  // a value as it is

  // A key and its value at once.
  void Member(absl::string_view key, absl::string_view value);
  void Member(absl::string_view key, uint64_t value);

  void Flush();

 private:
  void Begin(char bracket);
  void End(char bracket);
  void Separate();  // before a value or a key

  std::ostream& out_;
  std::string buffer_;
  bool comma_ = false;  // what comes next has something before it
};

}  // namespace pinwarden

#endif  // PINWARDEN_REPORT_JSON_WRITER_H_
