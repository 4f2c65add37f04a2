// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/lint.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "lint/action.h"
#include "lint/formats.h"
#include "lint/suppression.h"
#include "pinwarden/decide.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

using Labels = std::vector<std::pair<std::string, std::string>>;

// Turns what the finder of one file found into findings.
class FileLinter {
 public:
  FileLinter(const Policy& policy, const SourceText& source,
             const LintOptions& options, FileLint* out)
      : policy_(policy), options_(options), out_(out) {
    files_.push_back({source.path, source.text, nullptr});
  }

  void Run(const SourceText& source);

 private:
  // A file of the search, and its lines once somebody asks.
  struct File {
    std::string path;
    absl::string_view text;
    std::unique_ptr<LineIndex> lines;
  };

  const LineIndex& LinesOf(File* file) {
    if (file->lines == nullptr) {
      file->lines = std::make_unique<LineIndex>(file->text);
    }
    return *file->lines;
  }
  Finding FindingAt(size_t file, TextRange at);
  void AddUnreadable(size_t file, const SourceProblem& problem);
  void Add(ImageUse use);
  void Judge(JudgedUse* judged) const;
  void Suppress(const ImageUse& use, Finding* finding);
  void Apply(const Suppression& suppression, Finding* finding);
  void AddBadSuppression(const Finding& about, size_t file, TextRange at,
                         absl::string_view why);

  const Policy& policy_;
  const LintOptions& options_;
  FileLint* const out_;
  std::vector<File> files_;
  bool comments_ = true;
  bool comments_on_line_ = false;
};

Finding FileLinter::FindingAt(size_t file, TextRange at) {
  File& where = files_[std::min(file, files_.size() - 1)];
  const LineIndex& lines = LinesOf(&where);
  const Position begin = lines.At(at.begin);
  const Position end = lines.At(std::max(at.begin, at.end));
  Finding finding;
  finding.file = where.path;
  finding.line = begin.line;
  finding.column = begin.column;
  finding.end_line = end.line;
  finding.end_column = end.column;
  return finding;
}

void FileLinter::AddUnreadable(size_t file, const SourceProblem& problem) {
  Finding finding = FindingAt(file, problem.at);
  finding.kind = FindingKind::kUnreadable;
  finding.outcome = "not_judged";
  finding.reason = "unreadable";
  finding.message = problem.message;
  out_->findings.push_back(std::move(finding));
}

void FileLinter::Judge(JudgedUse* judged) const {
  const ImageUse& use = judged->use;
  Finding& finding = judged->finding;
  if (!use.not_judged.empty()) {
    finding.kind = FindingKind::kNotJudged;
    finding.outcome = "not_judged";
    finding.reason = "not_judged";
    finding.message = absl::StrCat(
        "pinwarden: ",
        use.image.empty() ? "" : absl::StrCat("image ", Quote(use.image), " "),
        "not judged: ", use.not_judged);
    return;
  }
  std::vector<Label> labels;
  for (const auto& [key, value] :
       use.labels.empty() && !use.name_space ? options_.labels : use.labels) {
    labels.push_back({key, value});
  }
  const Workload workload = {
      use.image, Confidence::kExact,
      use.name_space ? *use.name_space : options_.name_space, labels};
  const bool action = use.kind == UseKind::kAction;
  judged->verdict = action ? DecideAction(policy_, workload, options_.now)
                           : Decide(policy_, workload, options_.now);
  const Verdict& verdict = judged->verdict;
  finding.kind = FindingKind::kRefused;
  finding.outcome = std::string(OutcomeName(verdict.outcome));
  finding.reason = std::string(ReasonName(verdict.reason));
  finding.rule = std::string(DecidedBy(policy_, verdict));
  finding.message = action ? ActionMessage(policy_, workload, verdict)
                           : VerdictMessage(policy_, workload, verdict);
  absl::string_view advice = SplitVerdictMessage(finding.message).advice;
  if (!absl::ConsumePrefix(&advice, "pin it: ")) {
    absl::ConsumePrefix(&advice, "write it as ");
  }
  finding.suggestion = std::string(advice);
}

void FileLinter::AddBadSuppression(const Finding& about, size_t file,
                                   TextRange at, absl::string_view why) {
  Finding finding = FindingAt(file, at);
  finding.kind = FindingKind::kBadSuppression;
  finding.image = about.image;
  finding.where = about.where;
  finding.outcome = "bad_suppression";
  finding.reason = "bad_suppression";
  finding.message = absl::StrCat("this ignores nothing: ", why);
  finding.suggestion = "pinwarden: ignore <reason> until <date>";
  out_->findings.push_back(std::move(finding));
}

void FileLinter::Apply(const Suppression& suppression, Finding* finding) {
  finding->state = FindingState::kSuppressed;
  finding->suppressed_because =
      absl::StrCat(suppression.reason, ", until ", suppression.until);
}

// Looks for what suppresses a finding. What is there but wrong is a finding
// itself, and so is what held until lately.
void FileLinter::Suppress(const ImageUse& use, Finding* finding) {
  const auto take = [&](const absl::StatusOr<Suppression>& suppression,
                        TextRange at) {
    if (!suppression.ok()) {
      AddBadSuppression(*finding, use.file, at, suppression.status().message());
    } else if (options_.now >= suppression->ends) {
      AddBadSuppression(*finding, use.file, at,
                        absl::StrCat("it ended on ", suppression->until));
    } else {
      Apply(*suppression, finding);
    }
  };
  if (comments_) {
    File& file = files_[use.file];
    if (const auto comment = FindSuppression(file.text, LinesOf(&file), use.at,
                                             comments_on_line_)) {
      take(comment->suppression, comment->at);
    }
  }
  if (finding->state == FindingState::kNew && !use.ignore.empty()) {
    take(ParseSuppression(use.ignore), use.at);
  }
}

void FileLinter::Add(ImageUse use) {
  use.file = std::min(use.file, files_.size() - 1);
  JudgedUse judged;
  judged.finding = FindingAt(use.file, use.at);
  judged.finding.image = use.image;
  judged.finding.where = use.where;
  judged.use = std::move(use);
  Judge(&judged);
  if (judged.finding.kind == FindingKind::kNotJudged ||
      judged.verdict.outcome == Outcome::kRejected ||
      judged.verdict.outcome == Outcome::kWouldReject) {
    Suppress(judged.use, &judged.finding);
    out_->findings.push_back(judged.finding);
  }
  out_->uses.push_back(std::move(judged));
}

// Whether a file of no known format could name an image all the same, had it
// been readable.
bool CouldNameImage(absl::string_view text) {
  for (size_t i = 0; (i = text.find_first_of("iI", i)) < text.size(); ++i) {
    if (absl::EqualsIgnoreCase(text.substr(i, 5), "image")) return true;
  }
  return false;
}

void FileLinter::Run(const SourceText& source) {
  const OpenedFile opened = OpenSource(source, options_.format);
  out_->format = opened.format;
  comments_ = opened.comments;
  comments_on_line_ = opened.comments_on_line;
  if (opened.format != FileFormat::kHelmTemplate &&
      (opened.format || CouldNameImage(source.text))) {
    for (const SourceProblem& problem : opened.tree.problems) {
      AddUnreadable(0, problem);
    }
  }
  if (!opened.format) return;
  ImageSearch search =
      FindImages(*opened.format, source, opened.tree, options_.search);
  out_->others = std::move(search.others);
  for (const ImageSearch::OtherFile& other : out_->others) {
    files_.push_back({other.path, other.text, nullptr});
  }
  for (const ImageSearch::FileProblem& problem : search.problems) {
    AddUnreadable(problem.file, problem.problem);
  }
  for (ImageUse& use : search.uses) Add(std::move(use));
}

}  // namespace

FileLint LintFile(const Policy& policy, const SourceText& source,
                  const LintOptions& options) {
  FileLint lint;
  FileLinter(policy, source, options, &lint).Run(source);
  return lint;
}

}  // namespace pinwarden
