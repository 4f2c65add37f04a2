// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "ledger/message_form.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace pinwarden {
namespace {

constexpr char kImage = '\x01';
constexpr char kName = '\x02';
constexpr char kVerbatim = '\x03';

// Less is not worth it, and would turn up anywhere.
constexpr size_t kMinBytes = 3;

// "h:5000/a" of "h:5000/a:1.2@sha256:9f86...".
absl::string_view NameIn(absl::string_view image) {
  absl::string_view name = image.substr(0, image.find('@'));
  const size_t slash = name.rfind('/');
  const size_t from = slash == absl::string_view::npos ? 0 : slash;
  return name.substr(0, name.find(':', from));
}

std::string Replace(absl::string_view text, absl::string_view what, char by) {
  if (what.size() < kMinBytes) return std::string(text);
  std::string out;
  size_t at = 0;
  while (true) {
    const size_t found = text.find(what, at);
    if (found == absl::string_view::npos) break;
    absl::StrAppend(&out, text.substr(at, found - at));
    out.push_back(by);
    at = found + what.size();
  }
  absl::StrAppend(&out, text.substr(at));
  return out;
}

bool IsMark(char c) { return c == kImage || c == kName || c == kVerbatim; }

bool HasMark(absl::string_view text) {
  return std::any_of(text.begin(), text.end(), IsMark);
}

}  // namespace

std::string ShortForm(absl::string_view message, absl::string_view image) {
  if (HasMark(message) || HasMark(image)) {
    return absl::StrCat(absl::string_view(&kVerbatim, 1), message);
  }
  return Replace(Replace(message, image, kImage), NameIn(image), kName);
}

std::string FullForm(absl::string_view form, absl::string_view image) {
  if (!form.empty() && form[0] == kVerbatim) return std::string(form.substr(1));
  const absl::string_view name = NameIn(image);
  std::string out;
  for (const char c : form) {
    if (c == kImage) {
      absl::StrAppend(&out, image);
    } else if (c == kName) {
      absl::StrAppend(&out, name);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

}  // namespace pinwarden
