// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/started_by_runtime.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxNameBytes = 64;

// What nri takes for a plugin's name.
bool IsPluginName(absl::string_view name) {
  const auto allowed = [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           absl::string_view("_.+-").find(c) != absl::string_view::npos;
  };
  return !name.empty() && name.size() <= kMaxNameBytes &&
         std::all_of(name.begin(), name.end(), allowed);
}

bool IsPluginIndex(absl::string_view index) {
  return index.size() == 2 &&
         std::all_of(index.begin(), index.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

// Standard input, output and error are never it.
bool IsInheritedSocket(int fd) {
  int domain = 0;
  socklen_t size = sizeof(domain);
  return fd > STDERR_FILENO &&
         getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 &&
         domain == AF_UNIX;
}

absl::Status Unusable(absl::string_view variable, absl::string_view value) {
  return absl::InvalidArgumentError(absl::StrCat(
      variable, "=", Quote(value, 128), " is not what a runtime sets"));
}

}  // namespace

absl::StatusOr<NriOptions> NriOptionsFromEnvironment(const GetEnv& get_env) {
  NriOptions options;
  const char* const socket = get_env("NRI_PLUGIN_SOCKET");
  if (socket == nullptr) return options;
  int fd = -1;
  if (!absl::SimpleAtoi(socket, &fd) || !IsInheritedSocket(fd)) {
    return Unusable("NRI_PLUGIN_SOCKET", socket);
  }
  if (const char* const name = get_env("NRI_PLUGIN_NAME")) {
    if (!IsPluginName(name)) return Unusable("NRI_PLUGIN_NAME", name);
    options.name = name;
  }
  if (const char* const index = get_env("NRI_PLUGIN_IDX")) {
    if (!IsPluginIndex(index)) return Unusable("NRI_PLUGIN_IDX", index);
    options.index = index;
  }
  options.inherited = UniqueFd(fd);
  return options;
}

}  // namespace pinwarden
