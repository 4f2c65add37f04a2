// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// A runtime's calls: the first byte chooses a method, the rest is its message.
// Several calls are cut apart by a line of dashes. Properties:
// - a container is let through only when the handler was asked about it, and
//   admitted it;
// - what is kept between the chunks of a Synchronize stays bounded (a leak or
// an
//   overrun shows as an error of the sanitizers).
#include <google/protobuf/stubs/logging.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>

#include "absl/strings/string_view.h"
#include "nri/session.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kMethods[] = {
    "CreateContainer", "ValidateContainerAdjustment",
    "Configure",       "Synchronize",
    "StateChange",     "Shutdown",
    "Unknown"};
constexpr absl::string_view kSeparator = "\n--\n";

// Admits images of an even length of name.
class Handler : public NriHandler {
 public:
  NriAnswer Admit(const NriContainer& container, NriEvents) override {
    ++asked;
    admitted = container.container.name().size() % 2 == 0;
    if (container.pod != nullptr) bytes += container.pod->ByteSizeLong();
    return {.admit = admitted, .refusal = container.container.name()};
  }
  void Existing(const NriContainer& container) override {
    bytes += container.container.ByteSizeLong();
  }
  void StateChanged(const NriStats&) override {}

  int asked = 0;
  bool admitted = false;
  size_t bytes = 0;
};

void Check(bool holds) {
  if (!holds) std::abort();
}

bool LetsThrough(absl::string_view method, const CallResult& result) {
  if (!result.ok()) return false;
  if (method == "CreateContainer") return true;
  wire::nri::ValidateContainerAdjustmentResponse response;
  Check(response.ParseFromString(*result));
  return !response.reject();
}

void Call(NriSession& session, Handler& handler, absl::string_view input) {
  if (input.empty()) return;
  const absl::string_view method =
      kMethods[static_cast<uint8_t>(input[0]) % std::size(kMethods)];
  const int asked_before = handler.asked;
  const CallResult result =
      session.Serve({kPluginService, method, input.substr(1)});
  if (method == "CreateContainer" || method == "ValidateContainerAdjustment") {
    const bool asked = handler.asked == asked_before + 1;
    Check(LetsThrough(method, result) == (asked && handler.admitted));
  } else {
    Check(handler.asked == asked_before);
  }
  Check(method != "Unknown" || absl::IsUnimplemented(result.status()));
}

}  // namespace
}  // namespace pinwarden

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  // It says on stderr which string is not UTF-8.
  google::protobuf::SetLogHandler(nullptr);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using pinwarden::kSeparator;
  absl::string_view input(reinterpret_cast<const char*>(data), size);
  pinwarden::Handler handler;
  pinwarden::NriStats stats;
  pinwarden::NriSession session(
      handler,
      [&stats](absl::FunctionRef<void(pinwarden::NriStats&)> change) {
        change(stats);
      },
      {});
  while (!input.empty()) {
    const size_t end = input.find(kSeparator);
    pinwarden::Call(session, handler, input.substr(0, end));
    if (end == absl::string_view::npos) break;
    input.remove_prefix(end + kSeparator.size());
  }
  pinwarden::Check(stats.requests == static_cast<uint64_t>(handler.asked));
  return 0;
}
