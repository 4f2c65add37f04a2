// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_LEDGER_MESSAGE_FORM_H_
#define PINWARDEN_SRC_LEDGER_MESSAGE_FORM_H_

#include <string>

#include "absl/strings/string_view.h"

namespace pinwarden {

// A verdict's message without what it repeats of the image: the image becomes
// \x01 and its part before the tag or digest \x02, so that thousands of images
// share one text. A message holds no such bytes of its own, being printable;
// one that does becomes "\x03" and itself.
std::string ShortForm(absl::string_view message, absl::string_view image);

// The message again, with the same image. ShortForm() of anything comes back
// as it was.
std::string FullForm(absl::string_view form, absl::string_view image);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_LEDGER_MESSAGE_FORM_H_
