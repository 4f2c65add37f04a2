// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DECISION_VERSION_TAG_H_
#define PINWARDEN_SRC_DECISION_VERSION_TAG_H_

#include "absl/strings/string_view.h"

namespace pinwarden {

// Whether `tag` names one version, so that a publisher who moves it breaks a
// promise. It does when it starts with `components` or more dotted numbers, or
// holds a date or a commit id:
//
//   1.27.3  v1.27.3-alpine  3.12.0rc1               three numbers
//   nightly-20240110  2024-01-10  main_2024.01.10   a date
//   main-3f2a9c1  sha-9f86d081884c7d65              a commit id
bool IsVersionTag(absl::string_view tag, int components);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DECISION_VERSION_TAG_H_
