// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/match.h"

#include <algorithm>

namespace pinwarden {
namespace {

// Whether one of `patterns`, if there are any, matches `text`.
template <typename Pattern>
bool AnyMatches(const std::vector<Pattern>& patterns, absl::string_view text) {
  return patterns.empty() ||
         std::any_of(patterns.begin(), patterns.end(),
                     [text](const Pattern& p) { return p.Matches(text); });
}

// Whether each of `narrow` is covered by one of `wide`. An empty list is the
// widest there is.
template <typename Pattern>
bool ListCovers(const std::vector<Pattern>& wide,
                const std::vector<Pattern>& narrow) {
  if (wide.empty()) return true;
  return !narrow.empty() &&
         std::all_of(narrow.begin(), narrow.end(), [&wide](const Pattern& n) {
           return std::any_of(wide.begin(), wide.end(),
                              [&n](const Pattern& w) { return w.Covers(n); });
         });
}

}  // namespace

bool Match::Holds(const MatchSubject& subject) const {
  if (!AnyMatches(namespaces, subject.name_space) ||
      !AnyMatches(images, subject.image_name)) {
    return false;
  }
  return std::all_of(labels.begin(), labels.end(), [&subject](const auto& l) {
    return std::any_of(subject.labels.begin(), subject.labels.end(),
                       [&l](const Label& label) {
                         return label.key == l.first && label.value == l.second;
                       });
  });
}

bool Match::Covers(const Match& other) const {
  return ListCovers(namespaces, other.namespaces) &&
         ListCovers(images, other.images) &&
         std::all_of(labels.begin(), labels.end(), [&other](const auto& l) {
           return std::find(other.labels.begin(), other.labels.end(), l) !=
                  other.labels.end();
         });
}

}  // namespace pinwarden
