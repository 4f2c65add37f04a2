// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// However the bytes are cut, TtrpcDecoder gives the same messages and the same
// error, and holds no more memory than it was fed bytes for. What we write, it
// reads back.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "pinwarden/ttrpc.h"

namespace {

using pinwarden::TtrpcDecoder;
using pinwarden::TtrpcMessage;
using pinwarden::TtrpcType;

void Check(bool holds) {
  if (!holds) std::abort();
}

struct Seen {
  uint32_t stream;
  TtrpcType type;
  uint8_t flags;
  std::string data;
  bool oversized;

  bool operator==(const Seen&) const = default;
};

struct Outcome {
  std::vector<Seen> messages;
  absl::Status status;
  bool idle = true;

  bool operator==(const Outcome&) const = default;
};

// Feeds pieces whose lengths are those of `cuts`, over and over.
Outcome Decode(absl::string_view bytes, absl::string_view cuts) {
  Outcome outcome;
  TtrpcDecoder decoder;
  const size_t enough = 2 * bytes.size() + 64;  // what appending grows to
  size_t passed_on = 0;
  size_t fed_bytes = 0;
  for (size_t i = 0; !bytes.empty() && outcome.status.ok(); ++i) {
    const size_t size = cuts.empty()
                            ? bytes.size()
                            : static_cast<uint8_t>(cuts[i % cuts.size()]) + 1;
    const absl::string_view fed = bytes.substr(0, size);
    bytes.remove_prefix(fed.size());
    fed_bytes += fed.size();
    outcome.status = decoder.Feed(fed, [&](const TtrpcMessage& m) {
      passed_on += pinwarden::kTtrpcHeaderBytes + m.data.size();
      Check(passed_on <= fed_bytes);
      Check(!m.oversized || m.data.empty());
      outcome.messages.push_back(
          {m.stream, m.type, m.flags, std::string(m.data), m.oversized});
      return absl::OkStatus();
    });
    Check(decoder.buffer_capacity() <= enough);
  }
  // After an error the decoder is of no further use.
  if (outcome.status.ok()) outcome.idle = decoder.idle();
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  const absl::string_view cuts = input.substr(0, std::min<size_t>(size, 4));
  const absl::string_view bytes = input.substr(cuts.size());

  const Outcome whole = Decode(bytes, "");
  Check(Decode(bytes, cuts) == whole);
  Check(Decode(bytes, absl::string_view("\0", 1)) == whole);

  std::string written;
  for (const Seen& m : whole.messages) {
    pinwarden::AppendTtrpcMessage(m.stream, m.type, m.data, &written);
  }
  const Outcome back = Decode(written, cuts);
  Check(back.status.ok() && back.idle);
  Check(back.messages.size() == whole.messages.size());
  for (size_t i = 0; i < back.messages.size(); ++i) {
    Check(back.messages[i].stream == whole.messages[i].stream);
    Check(back.messages[i].type == whole.messages[i].type);
    Check(back.messages[i].data == whole.messages[i].data);
  }
  return 0;
}
