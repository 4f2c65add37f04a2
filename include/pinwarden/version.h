// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_VERSION_H_
#define PINWARDEN_VERSION_H_

#include "absl/strings/string_view.h"

namespace pinwarden {

// The version in CMakeLists.txt, such as "0.1.0".
absl::string_view Version();

}  // namespace pinwarden

#endif  // PINWARDEN_VERSION_H_
