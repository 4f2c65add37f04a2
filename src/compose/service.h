// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_COMPOSE_SERVICE_H_
#define PINWARDEN_COMPOSE_SERVICE_H_

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "compose/scope.h"

namespace pinwarden::compose_internal {

// What of a service can name an image, as the files merged so far have it.
// Names and targets point into their texts.
struct ComposeService {
  struct Named {
    Place place;
    // Of a list's item, where its value begins behind "name="; npos where it
    // has none.
    size_t skip = 0;
  };
  using NamedPlaces = std::map<absl::string_view, Named>;
  struct Volume {
    std::optional<Place> type;
    std::optional<Place> source;
  };

  size_t order = 0;  // that it was first heard of in
  std::optional<Place> image;
  std::optional<Place> pull_policy;
  bool built = false;
  std::optional<Place> dockerfile_inline;
  TextRange dockerfile_key;
  NamedPlaces args;
  NamedPlaces contexts;
  std::map<absl::string_view, Volume> volumes;  // by target
  std::vector<Place> hooks;                     // images of them
};

// Merges `written`, a service as one file has it, into what came before it:
// from the service that it extends, or from the files that it overrides.
// "!reset" takes back what they said, "!override" replaces it. Gives how many
// things of it were looked at.
size_t MergeService(const Place& written, ComposeService* service);

// The same of a service that is merged already: an included one.
size_t MergeService(const ComposeService& whole, ComposeService* service);

}  // namespace pinwarden::compose_internal

#endif  // PINWARDEN_COMPOSE_SERVICE_H_
