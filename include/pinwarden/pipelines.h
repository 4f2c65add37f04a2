// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_PIPELINES_H_
#define PINWARDEN_PIPELINES_H_

#include "absl/strings/string_view.h"
#include "pinwarden/image_use.h"
#include "pinwarden/source_tree.h"

namespace pinwarden {

// What runs on GitHub Actions and GitLab CI. Both finders take any tree, in
// bounded time and memory, and do not call `options.read`.

// Whether it is a workflow or the action.yml of an action: by its name and what
// such a file must have, or by jobs as only a workflow has them.
bool LooksLikeGitHubActions(absl::string_view path, const SourceTree& tree);

// The containers and services of jobs, "docker://..." of steps and of actions
// in a container (kImage), and the actions and workflows of other repositories
// (kAction). What is in the same repository is none of these.
//
// `${{ matrix.x }}` stands for every value that the job's matrix gives to x,
// and its use is where that value is if it is the whole image. With any other
// expression an image is not judged.
ImageSearch FindGitHubActionsImages(const SourceText& source,
                                    const SourceTree& tree,
                                    const SearchOptions& options);

// Whether it is a .gitlab-ci.yml or a part of one: by its name, or by stages
// and jobs with scripts.
bool LooksLikeGitLabCi(absl::string_view path, const SourceTree& tree);

// `image` and `services` of jobs, hidden ones too, of `default` and of the top
// level. Variables have the values that the file gives them, for the job and
// for those that it extends; what has none there, or several, is not judged.
// `!reference` is followed within the file.
ImageSearch FindGitLabCiImages(const SourceText& source, const SourceTree& tree,
                               const SearchOptions& options);

}  // namespace pinwarden

#endif  // PINWARDEN_PIPELINES_H_
