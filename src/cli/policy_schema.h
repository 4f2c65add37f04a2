// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_CLI_POLICY_SCHEMA_H_
#define PINWARDEN_CLI_POLICY_SCHEMA_H_

namespace pinwarden {

// packaging/policy.schema.json, which the build turns into this.
extern const char kPolicySchemaJson[];

}  // namespace pinwarden

#endif  // PINWARDEN_CLI_POLICY_SCHEMA_H_
