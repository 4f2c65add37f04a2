// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// However the bytes are cut, MuxDecoder gives the same payloads and the same
// error, and passes on nothing but the bytes that it was fed. What we frame, it
// reads back.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "pinwarden/mux.h"

namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

struct Outcome {
  std::vector<std::pair<uint32_t, std::string>> payloads;
  absl::Status status;
  size_t passed_on = 0;

  bool operator==(const Outcome&) const = default;
};

// Feeds pieces whose lengths are those of `cuts`, over and over.
Outcome Decode(absl::string_view bytes, absl::string_view cuts) {
  Outcome outcome;
  pinwarden::MuxDecoder decoder;
  for (size_t i = 0; !bytes.empty() && outcome.status.ok(); ++i) {
    const size_t size = cuts.empty()
                            ? bytes.size()
                            : static_cast<uint8_t>(cuts[i % cuts.size()]) + 1;
    const absl::string_view fed = bytes.substr(0, size);
    bytes.remove_prefix(fed.size());
    outcome.status =
        decoder.Feed(fed, [&](uint32_t connection, absl::string_view piece) {
          Check(!piece.empty() && connection != 0);
          Check(piece.data() >= fed.data());
          Check(piece.data() + piece.size() <= fed.data() + fed.size());
          outcome.passed_on += piece.size();
          auto& payloads = outcome.payloads;
          if (payloads.empty() || payloads.back().first != connection) {
            payloads.emplace_back(connection, "");
          }
          payloads.back().second.append(piece.data(), piece.size());
          return absl::OkStatus();
        });
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  const absl::string_view cuts = input.substr(0, std::min<size_t>(size, 4));
  const absl::string_view bytes = input.substr(cuts.size());

  const Outcome whole = Decode(bytes, "");
  Check(whole.passed_on <= bytes.size());
  Check(Decode(bytes, cuts) == whole);
  Check(Decode(bytes, absl::string_view("\0", 1)) == whole);

  std::string framed;
  pinwarden::AppendMuxFrames(7, bytes, &framed);
  const Outcome back = Decode(framed, cuts);
  Check(back.status.ok() && back.passed_on == bytes.size());
  Check(bytes.empty() || back.payloads.front().second == bytes);
  return 0;
}
