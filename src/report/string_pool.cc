// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "report/string_pool.h"

namespace pinwarden {
namespace {

constexpr size_t kBlockBytes = 256 << 10;

}  // namespace

StringPool::StringPool() : ids_(0, Hash{&texts_}, Equal{&texts_}) {
  Intern("");
}

StringPool::Id StringPool::Intern(absl::string_view text) {
  const auto found = ids_.find(text);
  if (found != ids_.end()) return *found;
  const Id id = static_cast<Id>(texts_.size());
  texts_.push_back(Keep(text));
  ids_.insert(id);
  return id;
}

absl::string_view StringPool::Keep(absl::string_view text) {
  if (text.empty()) return {};
  if (text.size() > kBlockBytes / 8) {  // a block of its own, before the last
    auto own = std::make_unique<char[]>(text.size());
    text.copy(own.get(), text.size());
    const absl::string_view kept(own.get(), text.size());
    blocks_.insert(blocks_.empty() ? blocks_.end() : blocks_.end() - 1,
                   std::move(own));
    return kept;
  }
  if (blocks_.empty() || text.size() > free_) {
    blocks_.push_back(std::make_unique<char[]>(kBlockBytes));
    free_ = kBlockBytes;
  }
  char* const at = blocks_.back().get() + (kBlockBytes - free_);
  text.copy(at, text.size());
  free_ -= text.size();
  return {at, text.size()};
}

}  // namespace pinwarden
