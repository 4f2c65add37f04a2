// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_POLICY_RANDOM_MATCHES_H_
#define PINWARDEN_TESTS_POLICY_RANDOM_MATCHES_H_

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "pinwarden/match.h"

namespace pinwarden::testing {

using Texts = std::vector<std::string>;
using LabelTexts = std::vector<std::pair<std::string, std::string>>;

inline Match MakeMatch(const Texts& namespaces, const Texts& images,
                       const LabelTexts& labels) {
  Match match;
  for (const auto& n : namespaces) match.namespaces.emplace_back(n);
  for (const auto& i : images) {
    auto pattern = ImagePattern::Parse(i, ImagePattern::Use::kImages);
    if (pattern.ok()) {
      match.images.push_back(*std::move(pattern));
    } else {
      ADD_FAILURE() << i << ": " << pattern.status();
    }
  }
  match.labels = labels;
  return match;
}

// A subject that owns its texts.
class OwnedSubject {
 public:
  OwnedSubject(std::string name_space, std::string image_name,
               LabelTexts labels)
      : name_space_(std::move(name_space)),
        image_name_(std::move(image_name)),
        labels_(std::move(labels)) {
    for (const auto& [key, value] : labels_) views_.push_back({key, value});
  }
  OwnedSubject(const OwnedSubject&) = delete;
  OwnedSubject& operator=(const OwnedSubject&) = delete;

  MatchSubject View() const { return {name_space_, image_name_, views_}; }

 private:
  std::string name_space_;
  std::string image_name_;
  LabelTexts labels_;
  std::vector<Label> views_;
};

// Few different texts, so that random matches and subjects often meet.
inline const std::string& PickOne(std::mt19937& random, const Texts& texts) {
  return texts[random() % texts.size()];
}

inline Match RandomMatch(std::mt19937& random) {
  static const Texts kNamespaces = {"a", "b", "c", "d", "a*", "*"};
  static const Texts kImages = {"h.io/a",    "h.io/a/b", "h.io/a/c", "h.io/d",
                                "h.io/a/*",  "h.io/**",  "k.io/**",  "**/c",
                                "h.io/a/**", "*.io/a"};
  static const Texts kValues = {"x", "y"};
  Texts namespaces;
  Texts images;
  LabelTexts labels;
  for (size_t n = random() % 3; n > 0; --n) {
    namespaces.push_back(PickOne(random, kNamespaces));
  }
  for (size_t n = random() % 3; n > 0; --n) {
    images.push_back(PickOne(random, kImages));
  }
  for (size_t n = random() % 3; n > 0; --n) {
    labels.emplace_back(PickOne(random, {"k", "l"}), PickOne(random, kValues));
  }
  return MakeMatch(namespaces, images, labels);
}

inline OwnedSubject RandomSubject(std::mt19937& random) {
  static const Texts kNamespaces = {"a", "b", "c", "d", "ab"};
  static const Texts kImages = {"h.io/a", "h.io/a/b",  "h.io/a/c",
                                "h.io/d", "k.io/a/c",  "k.io/a",
                                "",       "h.io/a/b/c"};
  static const Texts kValues = {"x", "y"};
  LabelTexts labels;
  for (const char* key : {"k", "l", "m"}) {
    if (random() % 2 == 0) labels.emplace_back(key, PickOne(random, kValues));
  }
  return {PickOne(random, kNamespaces), PickOne(random, kImages),
          std::move(labels)};
}

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_POLICY_RANDOM_MATCHES_H_
