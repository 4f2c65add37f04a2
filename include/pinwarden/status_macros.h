// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_STATUS_MACROS_H_
#define PINWARDEN_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// NOLINTBEGIN(bugprone-macro-parentheses): `lhs` may be a declaration.

// Returns from the enclosing function if `expr`, an absl::Status, is an error.
#define PW_RETURN_IF_ERROR(expr)           \
  do {                                     \
    absl::Status pw_status = (expr);       \
    if (!pw_status.ok()) return pw_status; \
  } while (false)

// `lhs = *expr`, or returns the error of `expr`, an absl::StatusOr.
#define PW_ASSIGN_OR_RETURN(lhs, expr) \
  PW_ASSIGN_OR_RETURN_IMPL(PW_CONCAT(pw_statusor_, __LINE__), lhs, expr)
#define PW_ASSIGN_OR_RETURN_IMPL(temporary, lhs, expr) \
  auto temporary = (expr);                             \
  if (!temporary.ok()) return temporary.status();      \
  lhs = *std::move(temporary)
#define PW_CONCAT(a, b) PW_CONCAT_IMPL(a, b)
#define PW_CONCAT_IMPL(a, b) a##b

// NOLINTEND(bugprone-macro-parentheses)

#endif  // PINWARDEN_STATUS_MACROS_H_
