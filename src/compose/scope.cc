// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "compose/scope.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace pinwarden::compose_internal {
namespace {

constexpr absl::string_view kWhereToSet =
    "; set it in .env, with --env-file or in the environment";

}  // namespace

std::optional<VariableValue> Scope::Find(absl::string_view name) const {
  if (including_ != nullptr) {
    if (auto value = including_->Find(name); value.has_value()) return value;
  }
  if (environment_ != nullptr) {
    const auto it = environment_->find(name);
    if (it != environment_->end()) return VariableValue{it->second, ""};
  }
  const auto it = own_.find(name);
  if (it == own_.end()) return std::nullopt;
  return VariableValue{it->second.text, it->second.unset};
}

absl::StatusOr<Interpolation> Scope::Fill(absl::string_view text) const {
  return Interpolate(text,
                     [this](absl::string_view name) { return Find(name); });
}

void Scope::ReadFile(const std::string& path, const FilePlace* named_by,
                     Files* files) {
  const absl::StatusOr<size_t> file = files->ReadText(path);
  if (!file.ok()) {
    const bool missing =
        absl::IsNotFound(file.status()) || absl::IsUnavailable(file.status());
    if (named_by == nullptr && missing) return;
    files->Problem(
        named_by == nullptr ? FilePlace{} : *named_by,
        absl::StrCat("the variables of ", Plainly(path),
                     " are not known: ", Plainly(file.status().message())));
    return;
  }
  Dotenv read = ParseDotenv(files->text(*file), [this](absl::string_view name) {
    return Find(name);
  });
  for (SourceProblem& problem : read.problems) {
    files->Problem({*file, problem.at}, std::move(problem.message));
  }
  for (auto& [name, value] : read.values) {
    own_.insert_or_assign(name, std::move(value));
  }
}

void Scope::SetDefault(absl::string_view name, std::string text) {
  if (Find(name).has_value()) return;
  own_.insert_or_assign(std::string(name), Dotenv::Value{std::move(text), ""});
}

std::string NotSet(absl::string_view variable) {
  return absl::StrCat(Plainly(variable), " is not set", kWhereToSet);
}

std::string CannotFill(const absl::Status& status) {
  if (absl::IsFailedPrecondition(status)) {
    return absl::StrCat(status.message(), kWhereToSet);
  }
  return absl::StrCat("its variables cannot be filled in: ", status.message(),
                      "; a dollar sign is written \"$$\"");
}

}  // namespace pinwarden::compose_internal
