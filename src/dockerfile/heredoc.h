// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DOCKERFILE_HEREDOC_H_
#define PINWARDEN_SRC_DOCKERFILE_HEREDOC_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace pinwarden::dockerfile_internal {

// A here-document: lines up to one that is `name`.
struct Heredoc {
  std::string name;
  bool strips_tabs = false;  // "<<-": tabs before the name do not count
};

// Those that an instruction opens, which is one of ADD, COPY and RUN, in their
// order. Never one that the builder does not see, so that no instruction is
// taken for text; of a delimiter made from a variable that means none.
std::vector<Heredoc> HeredocsOf(absl::string_view instruction);

}  // namespace pinwarden::dockerfile_internal

#endif  // PINWARDEN_SRC_DOCKERFILE_HEREDOC_H_
