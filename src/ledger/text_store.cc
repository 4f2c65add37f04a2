// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "ledger/text_store.h"

#include <sha2.h>

#include <utility>

#include "pinwarden/quote.h"
#include "pinwarden/status_macros.h"

namespace pinwarden {
namespace {

constexpr size_t kHashBytes = 6;
constexpr size_t kMaxTextBytes = 16'384;
constexpr int kBitsPerByte = 7;
constexpr int kMaxShift = 56;  // nine groups: 63 bits

int64_t HashOf(absl::string_view text) {
  uint8_t digest[SHA256_DIGEST_LENGTH];
  SHA2_CTX context;
  SHA256Init(&context);
  SHA256Update(&context, reinterpret_cast<const uint8_t*>(text.data()),
               text.size());
  SHA256Final(digest, &context);
  uint64_t hash = 0;
  for (size_t i = 0; i < kHashBytes; ++i) hash = hash << 8 | digest[i];
  return static_cast<int64_t>(hash);
}

absl::Status NoList() {
  return absl::DataLossError("a list of texts that is none");
}

}  // namespace

absl::StatusOr<TextWriter> TextWriter::Prepare(Database* db) {
  PW_ASSIGN_OR_RETURN(
      Statement find,
      db->Prepare("SELECT id FROM text WHERE hash = ?1 AND body = ?2"));
  PW_ASSIGN_OR_RETURN(
      Statement add,
      db->Prepare("INSERT INTO text (hash, body) VALUES (?1, ?2)"));
  return TextWriter(db, std::move(find), std::move(add));
}

absl::StatusOr<int64_t> TextWriter::IdOf(absl::string_view text) {
  if (const auto it = known_.find(text); it != known_.end()) return it->second;
  const int64_t hash = HashOf(text);
  find_.Bind(1, hash);
  find_.Bind(2, text);
  PW_ASSIGN_OR_RETURN(const bool found, find_.Step());
  int64_t id = found ? find_.Int(0) : 0;
  find_.Reset();
  if (!found) {
    add_.Bind(1, hash);
    add_.Bind(2, text);
    PW_RETURN_IF_ERROR(add_.Run());
    id = db_->last_insert_id();
  }
  if (text.size() <= kMaxKnownBytes) {
    if (known_.size() >= kMaxKnown) known_.clear();
    known_.emplace(text, id);
  }
  return id;
}

absl::StatusOr<TextReader> TextReader::Prepare(Database* db) {
  PW_ASSIGN_OR_RETURN(Statement get,
                      db->Prepare("SELECT body FROM text WHERE id = ?1"));
  return TextReader(std::move(get));
}

absl::StatusOr<std::string> TextReader::TextOf(int64_t id) {
  if (const auto it = known_.find(id); it != known_.end()) return it->second;
  get_.Bind(1, id);
  PW_ASSIGN_OR_RETURN(const bool found, get_.Step());
  if (!found) return absl::DataLossError("a row names a text that is missing");
  std::string text = ToValidUtf8(get_.Bytes(0), kMaxTextBytes);
  get_.Reset();
  if (known_.size() >= kMaxKnown) known_.clear();
  known_.emplace(id, text);
  return text;
}

std::string PackIds(const std::vector<int64_t>& ids) {
  std::string packed;
  for (const int64_t id : ids) {
    auto rest = static_cast<uint64_t>(id);
    while (rest >= 1u << kBitsPerByte) {
      packed.push_back(static_cast<char>((rest & 0x7f) | 0x80));
      rest >>= kBitsPerByte;
    }
    packed.push_back(static_cast<char>(rest));
  }
  return packed;
}

absl::StatusOr<std::vector<int64_t>> UnpackIds(absl::string_view packed) {
  std::vector<int64_t> ids;
  uint64_t id = 0;
  int shift = 0;
  for (const char c : packed) {
    if (shift > kMaxShift) return NoList();
    const auto byte = static_cast<uint8_t>(c);
    id |= static_cast<uint64_t>(byte & 0x7f) << shift;
    shift += kBitsPerByte;
    if ((byte & 0x80) != 0) continue;
    ids.push_back(static_cast<int64_t>(id));
    id = 0;
    shift = 0;
  }
  if (shift != 0) return NoList();
  return ids;
}

}  // namespace pinwarden
