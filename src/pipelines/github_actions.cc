// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Where an image, an action or a workflow can stand:
//
//   jobs.<id>.container             the image, or a mapping with `image`
//   jobs.<id>.services.<id>.image
//   jobs.<id>.uses                  another workflow
//   jobs.<id>.steps[*].uses         an action, or "docker://<image>"
//   runs.steps[*].uses              the same, in an action.yml
//   runs.image                      "docker://<image>", or a Dockerfile
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "pinwarden/pipelines.h"
#include "pinwarden/quote.h"
#include "pipelines/use_list.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kImageScheme = "docker://";
constexpr absl::string_view kNoText = "a text is expected here";
constexpr size_t kMaxShownBytes = 64;
constexpr size_t kMaxMatrix = 256;  // as many jobs as GitHub makes of one

// The first "${{ ... }}" of a text.
struct Expression {
  size_t begin = 0;
  size_t end = 0;
  absl::string_view inside;  // without blanks around it
};

std::optional<Expression> FirstExpression(absl::string_view text) {
  const size_t begin = text.find("${{");
  if (begin == absl::string_view::npos) return std::nullopt;
  const size_t close = text.find("}}", begin);
  const size_t end = close == absl::string_view::npos ? text.size() : close + 2;
  const size_t inside = begin + 3;
  return Expression{begin, end,
                    absl::StripAsciiWhitespace(
                        text.substr(inside, std::min(close, end) - inside))};
}

// What GitHub makes of a value of a matrix: 3.10 without quotes is 3.1.
absl::string_view ValueOf(const SourceNode& value) {
  absl::string_view text = value.scalar();
  const size_t point = text.find('.');
  if (value.style() != SourceNode::Style::kPlain ||
      point == absl::string_view::npos || point == 0 ||
      text.find_first_not_of("0123456789", point + 1) !=
          absl::string_view::npos ||
      text.find_first_not_of("0123456789") != point) {
    return text;
  }
  while (absl::EndsWith(text, "0")) text.remove_suffix(1);
  absl::ConsumeSuffix(&text, ".");
  return text;
}

// Collects what `keys` leads to in each of `items`. False if that is no text
// somewhere; where there is nothing is none.
bool CollectFrom(const SourceNode& items,
                 absl::Span<const absl::string_view> keys,
                 std::vector<const SourceNode*>* out) {
  if (!items.IsSequence()) return items.kind() == SourceNode::Kind::kNull;
  if (items.items().size() > kMaxMatrix) return false;
  for (const SourceNode& item : items.items()) {
    const SourceNode* node = &item;
    for (const absl::string_view key : keys) node = &node->Find(key);
    if (node->kind() == SourceNode::Kind::kNull) continue;
    if (!node->IsScalar()) return false;
    out->push_back(node);
  }
  return true;
}

class GitHubReader {
 public:
  explicit GitHubReader(UseList* uses) : uses_(uses) {}

  void Read(const SourceNode& root) {
    for (const SourceEntry& job : root.Find("jobs").entries()) {
      ReadJob(job.value, absl::StrCat("job ", Plainly(job.key)));
    }
    const SourceNode& runs = root.Find("runs");
    ReadSteps(runs.Find("steps"), "action", SourceNode());
    const SourceNode& image = runs.Find("image");
    if (absl::StartsWith(image.scalar(), kImageScheme)) {
      ReadText(image, "action, image", SourceNode());
    }
  }

 private:
  void ReadJob(const SourceNode& job, const std::string& title) {
    const SourceNode& matrix = job.Find({"strategy", "matrix"});
    const SourceNode& container = job.Find("container");
    // An empty one is none, so that an expression can choose.
    const SourceNode& image =
        container.IsMapping() ? container.Find("image") : container;
    ReadImage(image, absl::StrCat(title, ", container"), matrix);
    const SourceNode& services = job.Find("services");
    ReadComputed(services, absl::StrCat(title, ", services"), matrix);
    for (const SourceEntry& service : services.entries()) {
      ReadComputed(service.value,
                   absl::StrCat(title, ", service ", Plainly(service.key)),
                   matrix);
      ReadImage(service.value.Find("image"),
                absl::StrCat(title, ", service ", Plainly(service.key)),
                matrix);
    }
    ReadUses(job.Find("uses"), absl::StrCat(title, ", workflow"), matrix);
    ReadSteps(job.Find("steps"), title, matrix);
  }

  void ReadSteps(const SourceNode& steps, const std::string& title,
                 const SourceNode& matrix) {
    for (size_t i = 0; i < steps.items().size() && !uses_->full(); ++i) {
      const SourceNode& step = steps.items()[i];
      absl::string_view name = step.Find("name").scalar();
      if (name.empty()) name = step.Find("id").scalar();
      ReadUses(step.Find("uses"),
               absl::StrCat(title, ", step ",
                            name.empty() ? absl::StrCat(i + 1) : Plainly(name)),
               matrix);
    }
  }

  void ReadImage(const SourceNode& image, std::string where,
                 const SourceNode& matrix) {
    if (image.IsScalar() && image.scalar().empty()) return;
    ReadText(image, std::move(where), matrix);
  }

  // A mapping that holds images, unless an expression makes it.
  void ReadComputed(const SourceNode& node, std::string where,
                    const SourceNode& matrix) {
    if (FirstExpression(node.scalar())) {
      ReadText(node, std::move(where), matrix);
    }
  }

  void ReadUses(const SourceNode& uses, std::string where,
                const SourceNode& matrix) {
    const absl::string_view text = uses.scalar();
    if (absl::StartsWith(text, "./") || absl::StartsWith(text, "../")) return;
    const bool image = absl::StartsWith(text, kImageScheme);
    ReadText(uses, std::move(where), matrix,
             image ? UseKind::kImage : UseKind::kAction);
  }

  void ReadText(const SourceNode& node, std::string where,
                const SourceNode& matrix, UseKind kind = UseKind::kImage) {
    if (node.kind() == SourceNode::Kind::kNull || uses_->full()) return;
    if (!node.IsScalar()) {
      return uses_->AddUnknown(node, std::move(where), std::string(kNoText));
    }
    const auto expression = FirstExpression(node.scalar());
    if (expression) {
      return ReadExpression(node, *expression, std::move(where), matrix, kind);
    }
    ImageUse use = UseOf(node, std::move(where));
    use.kind = kind;
    Add(std::move(use));
  }

  void ReadExpression(const SourceNode& node, const Expression& expression,
                      std::string where, const SourceNode& matrix,
                      UseKind kind) {
    const absl::string_view text = node.scalar();
    const absl::string_view before = text.substr(0, expression.begin);
    const absl::string_view after = text.substr(expression.end);
    const bool whole = before.empty() && after.empty();
    const auto values = MatrixValues(expression.inside, matrix);
    if (values.empty() || FirstExpression(after)) {
      return AddUnknown(UseOf(node, std::move(where)), expression.inside, kind);
    }
    for (const SourceNode* value : values) {
      if (uses_->full()) return;
      ImageUse use = UseOf(whole ? *value : node,
                           absl::StrCat(where, ", ", Plainly(expression.inside),
                                        ": ", Plainly(ValueOf(*value))));
      const std::string image = absl::StrCat(before, ValueOf(*value), after);
      use.literal = use.literal && use.image == image;
      use.image = image;
      use.kind = kind;
      const auto inner = FirstExpression(value->scalar());
      if (inner) {
        AddUnknown(std::move(use), inner->inside, kind);
      } else if (!image.empty()) {
        Add(std::move(use));
      }
    }
  }

  // What a job's matrix gives to `expression`; nothing if that is not known.
  static std::vector<const SourceNode*> MatrixValues(
      absl::string_view expression, const SourceNode& matrix) {
    constexpr size_t kMaxKeys = 8;
    const std::vector<absl::string_view> keys =
        absl::StrSplit(expression.substr(0, 256), '.');
    if (keys.size() < 2 || keys.size() > kMaxKeys || keys[0] != "matrix" ||
        matrix.entries().size() > kMaxMatrix) {
      return {};
    }
    const auto path = absl::MakeConstSpan(keys).subspan(1);
    std::vector<const SourceNode*> values;
    if (!CollectFrom(matrix.Find(path[0]), path.subspan(1), &values) ||
        !CollectFrom(matrix.Find("include"), path, &values)) {
      return {};
    }
    return values;
  }

  void AddUnknown(ImageUse use, absl::string_view expression, UseKind kind) {
    use.kind = kind;
    use.not_judged =
        absl::StrCat("the expression ", Quote(expression, kMaxShownBytes),
                     " has its value only when the workflow runs; look at "
                     "where that is set");
    Add(std::move(use));
  }

  void Add(ImageUse use) {
    if (absl::StartsWith(use.image, kImageScheme)) {
      use.image.erase(0, kImageScheme.size());
      if (use.literal) use.at.begin += kImageScheme.size();
      use.kind = UseKind::kImage;
    }
    // A pin in it would be one of what nobody knows.
    use.literal = use.literal && use.not_judged.empty();
    uses_->Add(std::move(use));
  }

  UseList* const uses_;
};

bool IsWorkflow(const SourceNode& root) {
  if (root.Find("on").kind() == SourceNode::Kind::kNull &&
      root.Find("true").kind() == SourceNode::Kind::kNull) {
    return false;
  }
  const auto jobs = root.Find("jobs").entries();
  return std::any_of(jobs.begin(), jobs.end(), [](const SourceEntry& job) {
    return job.value.Find("runs-on").kind() != SourceNode::Kind::kNull ||
           job.value.Find("uses").IsScalar();
  });
}

}  // namespace

bool LooksLikeGitHubActions(absl::string_view path, const SourceTree& tree) {
  const SourceNode root =
      tree.documents.empty() ? SourceNode() : tree.documents.front();
  const absl::string_view name = path.substr(
      path.rfind('/') == absl::string_view::npos ? 0 : path.rfind('/') + 1);
  if (name == "action.yml" || name == "action.yaml") {
    return root.Find({"runs", "using"}).IsScalar();
  }
  const bool placed = absl::StartsWith(path, ".github/workflows/") ||
                      absl::StrContains(path, "/.github/workflows/");
  if (placed && tree.documents.empty()) return !tree.problems.empty();
  return (placed && root.Find("jobs").IsMapping()) || IsWorkflow(root);
}

ImageSearch FindGitHubActionsImages(const SourceText& source,
                                    const SourceTree& tree,
                                    const SearchOptions& /*options*/) {
  UseList uses(source.text);
  for (const SourceNode& root : tree.documents) GitHubReader(&uses).Read(root);
  return std::move(uses).Take();
}

}  // namespace pinwarden
