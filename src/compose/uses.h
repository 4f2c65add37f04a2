// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_COMPOSE_USES_H_
#define PINWARDEN_COMPOSE_USES_H_

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "compose/files.h"
#include "compose/scope.h"
#include "compose/service.h"
#include "pinwarden/image_use.h"

namespace pinwarden::compose_internal {

// Collects the images of services. A place that gives several services the same
// image, through an anchor, "extends" or an include, is one use.
class Uses {
 public:
  Uses(Files* files, const SearchOptions& options)
      : files_(*files), options_(options) {}

  void AddService(absl::string_view name, const ComposeService& service);

  std::vector<ImageUse> Take() &&;

 private:
  // Who uses the image of one use; the first few are named.
  struct Users {
    std::vector<std::string> named;
    size_t more = 0;

    void Add(std::string where);
  };

  void AddVolume(absl::string_view service, absl::string_view target,
                 const ComposeService::Volume& volume);
  void AddContext(absl::string_view service, absl::string_view name,
                  const ComposeService::Named& context);
  void AddDockerfile(absl::string_view who, const ComposeService& service);
  // The build arguments of a service; false, and why, where one is not known.
  bool FillArgs(const ComposeService& service, Variables* args,
                std::string* unknown);
  // The image that `place` names after its first `skip` bytes.
  void AddImage(const Place& place, size_t skip, std::string where);
  // `fixed`: whoever comes to this place finds the same text.
  void Add(FilePlace at, absl::string_view image, bool literal, bool fixed,
           std::string not_judged, std::string where);
  // What `text` becomes, or "" and why it is not known.
  std::string Fill(const Place& place, absl::string_view text,
                   std::string* not_known);

  Files& files_;
  const SearchOptions& options_;
  std::vector<ImageUse> uses_;
  std::vector<Users> users_;  // of each of `uses_`
  std::map<std::pair<size_t, size_t>, std::vector<size_t>> by_place_;
  size_t filled_bytes_ = 0;
  size_t dockerfile_bytes_ = 0;
  size_t searched_bytes_ = 0;
  bool told_ = false;  // that there are too many
};

}  // namespace pinwarden::compose_internal

#endif  // PINWARDEN_COMPOSE_USES_H_
