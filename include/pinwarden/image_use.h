// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_IMAGE_USE_H_
#define PINWARDEN_IMAGE_USE_H_

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pinwarden/line_index.h"
#include "pinwarden/policy.h"
#include "pinwarden/source_tree.h"

namespace pinwarden {

// What the finders of images (kubernetes.h, compose.h, dockerfile.h, ecs.h,
// pipelines.h) take and give. They are pure: what other files they need they
// ask SearchOptions::read for.

using Variables = std::map<std::string, std::string, std::less<>>;

// A file that images are looked for in. `text` outlives the search's result.
struct SourceText {
  std::string path;  // as people are told of it: "deploy/web.yaml"
  absl::string_view text;
};

// What is known besides the file.
struct SearchOptions {
  Variables build_args;                // of `docker build --build-arg`
  Variables environment;               // that Compose runs in
  std::vector<std::string> env_files;  // instead of ".env", a later one wins
  // Compose files after the first; none: the one that Compose looks for itself.
  std::optional<std::vector<std::string>> overrides;
  Variables parameters;  // of a CloudFormation stack
  // Besides those that are shipped; see policy.h.
  absl::Span<const CustomResource> custom_resources;
  // Reads another file, by a path made from SourceText::path. Never more than
  // kMaxSourceBytes. Null: no other file can be read.
  std::function<absl::StatusOr<std::string>(const std::string& path)> read;
};

enum class UseKind {
  kImage,
  kAction,  // `uses: owner/repo@ref` of GitHub Actions: `image` is the text
};

// One place where a file says which image to run or to build from.
struct ImageUse {
  UseKind kind = UseKind::kImage;
  // What the runtime would be asked for, variables filled in; where that is
  // not known, what is written.
  std::string image;
  size_t file = 0;       // 0: the file searched; n: ImageSearch::others[n - 1]
  TextRange at;          // of that file: where it is written, without quotes
  bool literal = false;  // those bytes are `image`, so a pin can be added there
  std::string where;     // for people: "Deployment web, container app"
  // Of the pod, where the file says so.
  std::optional<std::string> name_space;
  std::vector<std::pair<std::string, std::string>> labels;
  // Why it cannot be judged, and what to do about that, as one line:
  // "TAG is not set; give it with --env-file or in .env". Empty: it can.
  std::string not_judged;
  // Of the annotation kIgnoreAnnotation on the workload, "" where there is
  // none.
  std::string ignore;
};

// "<reason> until <date>", on a Kubernetes object or pod template. Only lint
// looks at it: on the node only the policy exempts.
inline constexpr absl::string_view kIgnoreAnnotation = "pinwarden/ignore";

// What was found, in the order of the file.
struct ImageSearch {
  struct OtherFile {
    std::string path;
    std::string text;
  };
  struct FileProblem {
    size_t file = 0;  // as ImageUse::file
    SourceProblem problem;
  };

  std::vector<ImageUse> uses;
  // What is wrong with a file besides its syntax, which SourceTree tells:
  // images may be missing because of it.
  std::vector<FileProblem> problems;
  std::vector<OtherFile> others;  // that were read, and hold a use or a problem
};

// At most this many uses are kept of one file; one more is a problem.
inline constexpr size_t kMaxImageUses = 100'000;

// `word` for people: as Quote() without quotes, at most 64 bytes. For `where`.
std::string Plainly(absl::string_view word);

// A use of the image that `node`, a scalar, names as it stands.
ImageUse UseOf(const SourceNode& node, std::string where);

}  // namespace pinwarden

#endif  // PINWARDEN_IMAGE_USE_H_
