// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DOCKERFILE_ARGUMENTS_H_
#define PINWARDEN_SRC_DOCKERFILE_ARGUMENTS_H_

#include <functional>
#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "dockerfile/expand.h"
#include "pinwarden/image_use.h"

namespace pinwarden::dockerfile_internal {

// The variables that FROM knows: those of ARGs before the first FROM, and the
// platforms that the builder tells of.
class Arguments {
 public:
  // `given` outlives this.
  Arguments(const Variables& given, char escape);

  // Takes the words of an ARG: `NAME=default OTHER`.
  void Declare(absl::string_view words);

  // A word of FROM.
  Expansion Fill(absl::string_view word);

 private:
  Variable Find(absl::string_view name) const;
  void DeclareOne(absl::string_view word);

  const Variables& given_;
  const char escape_;
  std::map<std::string, Variable, std::less<>> known_;
  Lookup lookup_;
  WorkBudget budget_;
};

}  // namespace pinwarden::dockerfile_internal

#endif  // PINWARDEN_SRC_DOCKERFILE_ARGUMENTS_H_
