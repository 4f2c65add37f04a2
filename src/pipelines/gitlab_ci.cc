// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Where an image can stand:
//
//   image            the image, or a mapping with `name`
//   services[*]      the same
//
// at the top level, in `default`, and in every entry of the top level that is
// no keyword, which is a job.
#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/pipelines.h"
#include "pipelines/gitlab_variables.h"
#include "pipelines/use_list.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kKeywords[] = {
    "after_script", "before_script", "cache",     "default",
    "image",        "include",       "services",  "spec",
    "stages",       "types",         "variables", "workflow"};
constexpr absl::string_view kReference = "!reference";
constexpr int kMaxReferences = 10;  // one leading to the next

bool IsJob(const SourceEntry& entry) {
  return entry.value.IsMapping() &&
         std::find(std::begin(kKeywords), std::end(kKeywords), entry.key) ==
             std::end(kKeywords);
}

bool IsReference(const SourceNode& node) {
  return node.IsSequence() && node.tag() == kReference;
}

class GitLabReader {
 public:
  GitLabReader(const SourceNode& root, UseList* uses)
      : root_(root), variables_(root), uses_(uses) {}

  void Read() {
    ReadPlace(root_, "top level", nullptr);
    ReadPlace(root_.Find("default"), "default", nullptr);
    for (const SourceEntry& entry : root_.entries()) {
      if (!IsJob(entry) || uses_->full()) continue;
      ReadPlace(entry.value, absl::StrCat("job ", Plainly(entry.key)),
                &entry.value);
    }
  }

 private:
  void ReadPlace(const SourceNode& place, const std::string& title,
                 const SourceNode* job) {
    ReadImage(place.Find("image"), absl::StrCat(title, ", image"), job);
    ReadServices(place.Find("services"), title, job, 0);
  }

  // A list, in which a reference may stand for several.
  void ReadServices(const SourceNode& written, const std::string& title,
                    const SourceNode* job, int depth) {
    if (written.kind() == SourceNode::Kind::kNull) return;
    const std::string where = absl::StrCat(title, ", service");
    const SourceNode* const services = Follow(written);
    if (services == nullptr || depth > kMaxReferences) {
      return AddUnfollowed(written, where);
    }
    if (!services->IsSequence()) {
      // Of a reference to one of a list.
      return ReadImage(*services, where, job);
    }
    for (const SourceNode& service : services->items()) {
      if (uses_->full()) return;
      if (!variables_.Charge(0)) return AddUnfollowed(written, where);
      if (service.IsSequence()) {
        ReadServices(service, title, job, depth + 1);
        continue;
      }
      const absl::string_view alias = service.Find("alias").scalar();
      ReadImage(
          service,
          alias.empty() ? where : absl::StrCat(where, " ", Plainly(alias)),
          job);
    }
  }

  void ReadImage(const SourceNode& written, const std::string& where,
                 const SourceNode* job) {
    const SourceNode* node = Follow(written);
    if (node != nullptr && node->IsMapping()) node = Follow(node->Find("name"));
    if (node == nullptr) return AddUnfollowed(written, where);
    if (node->kind() == SourceNode::Kind::kNull) return;
    if (!node->IsScalar()) {
      return uses_->AddUnknown(*node, where, "a text is expected here");
    }
    ImageUse use = UseOf(*node, where);
    if (!absl::StrContains(use.image, '$')) return uses_->Add(std::move(use));
    std::string image = variables_.Expand(node->scalar(), job, &use.not_judged);
    if (use.not_judged.empty()) {
      use.literal = use.literal && image == use.image;
      use.image = std::move(image);
    } else {
      use.literal = false;
    }
    uses_->Add(std::move(use));
  }

  // What `!reference [job, key, ...]` stands for, or `node` itself. Null if it
  // is not in this file.
  const SourceNode* Follow(const SourceNode& node) {
    const SourceNode* at = &node;
    for (int i = 0; i <= kMaxReferences; ++i) {
      if (!IsReference(*at)) return at;
      const auto keys = at->items();
      at = keys.empty() ? nullptr : variables_.Find(keys[0].scalar());
      for (size_t k = 1; k < keys.size() && at != nullptr; ++k) {
        if (!variables_.Charge(at->entries().size())) return nullptr;
        at = &at->Find(keys[k].scalar());
      }
      if (at == nullptr || at->kind() == SourceNode::Kind::kNull) {
        return nullptr;
      }
    }
    return nullptr;
  }

  void AddUnfollowed(const SourceNode& node, const std::string& where) {
    uses_->AddUnknown(node, where,
                      "what this refers to is not in this file; lint the "
                      "pipeline as GitLab shows it when it is merged");
  }

  const SourceNode& root_;
  GitLabVariables variables_;
  UseList* const uses_;
};

bool HasScript(const SourceNode& job) {
  return job.Find("script").kind() != SourceNode::Kind::kNull;
}

// Jobs with scripts and stages, in a file of whatever name.
bool IsPipeline(const SourceNode& root) {
  const bool stages = root.Find("stages").IsSequence();
  return std::any_of(root.entries().begin(), root.entries().end(),
                     [stages](const SourceEntry& entry) {
                       return IsJob(entry) && HasScript(entry.value) &&
                              (stages || entry.value.Find("stage").IsScalar());
                     });
}

bool IsNamedSo(absl::string_view path) {
  return absl::EndsWith(path, ".gitlab-ci.yml") ||
         absl::EndsWith(path, ".gitlab-ci.yaml");
}

}  // namespace

bool LooksLikeGitLabCi(absl::string_view path, const SourceTree& tree) {
  // One that cannot be read is one by its name.
  if (tree.documents.empty()) return IsNamedSo(path) && !tree.problems.empty();
  return std::any_of(tree.documents.begin(), tree.documents.end(),
                     [path](const SourceNode& root) {
                       return root.IsMapping() &&
                              (IsNamedSo(path) || IsPipeline(root));
                     });
}

ImageSearch FindGitLabCiImages(const SourceText& source, const SourceTree& tree,
                               const SearchOptions& /*options*/) {
  UseList uses(source.text);
  for (const SourceNode& root : tree.documents) {
    GitLabReader(root, &uses).Read();
  }
  return std::move(uses).Take();
}

}  // namespace pinwarden
