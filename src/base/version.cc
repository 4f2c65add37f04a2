// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/version.h"

namespace pinwarden {

absl::string_view Version() { return PINWARDEN_VERSION; }

}  // namespace pinwarden
