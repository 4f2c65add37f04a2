// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_SOURCE_FILES_BYTE_SET_H_
#define PINWARDEN_SRC_SOURCE_FILES_BYTE_SET_H_

#include <bitset>
#include <cstddef>

#include "absl/strings/string_view.h"

namespace pinwarden {

// Reads a set such as "[!a-z_[:digit:]]", which starts at pattern[at], the
// "[". Never holds "/". Returns the place after its "]", or npos for one that
// has no end or names a class that there is not.
size_t ReadByteSet(absl::string_view pattern, size_t at, std::bitset<256>* set);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_SOURCE_FILES_BYTE_SET_H_
