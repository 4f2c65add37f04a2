// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "dockerfile/finder.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "dockerfile/heredoc.h"
#include "pinwarden/problem.h"
#include "pinwarden/quote.h"

namespace pinwarden::dockerfile_internal {
namespace {

constexpr size_t kMaxProblems = 100;
constexpr absl::string_view kNoImage = "scratch";

constexpr absl::string_view kKeywords[] = {
    "from",   "run",        "copy",  "env",        "arg",         "workdir",
    "cmd",    "entrypoint", "label", "user",       "expose",      "add",
    "volume", "onbuild",    "shell", "maintainer", "healthcheck", "stopsignal",
};

bool MayHoldHeredoc(absl::string_view keyword) {
  return keyword == "run" || keyword == "copy" || keyword == "add";
}

// [a-z][a-z0-9-_.]*, in lower case.
bool IsStageName(absl::string_view name) {
  return !name.empty() &&
         absl::ascii_islower(static_cast<unsigned char>(name[0])) &&
         absl::c_all_of(name, [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return absl::ascii_islower(byte) || absl::ascii_isdigit(byte) ||
                  absl::StrContains("-_.", c);
         });
}

bool IsNumber(absl::string_view text) {
  return !text.empty() && absl::c_all_of(text, [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

// Without the quotes around all of it.
Span InsideQuotes(absl::string_view text, Span span) {
  if (span.end - span.begin < 3) return span;
  const char first = text[span.begin];
  if ((first != '"' && first != '\'') || text[span.end - 1] != first) {
    return span;
  }
  return {span.begin + 1, span.end - 1};
}

}  // namespace

Finder::Finder(absl::string_view text, const SearchOptions& options)
    : text_(text),
      directives_(ReadDirectives(text)),
      reader_(text, directives_.escape),
      arguments_(options.build_args, directives_.escape) {}

ImageSearch Finder::Run() && {
  for (const SourceProblem& problem : directives_.problems) {
    AddProblemAt(problem.at, problem.message);
  }
  const TextRange syntax = directives_.syntax;
  if (!syntax.empty()) {
    AddUseAt(std::string(text_.substr(syntax.begin, syntax.end - syntax.begin)),
             syntax, "the syntax directive", "");
  }
  LogicalLine line;
  while (reader_.Next(&line)) Read(line);
  return std::move(result_);
}

void Finder::Read(const LogicalLine& line) {
  line_ = &line;
  const Span word = NextWord(line.text(), 0);
  if (word.empty()) return;
  const std::string keyword = absl::AsciiStrToLower(
      line.text().substr(word.begin, word.end - word.begin));
  CheckOrder(keyword, word);
  if (ReadInstruction(keyword, word.end, /*on_build=*/false) ||
      result_.problems.size() >= kMaxProblems) {
    return;
  }
  const absl::string_view written =
      line.text().substr(word.begin, word.end - word.begin);
  AddProblem(word, absl::StrCat("unknown instruction ", Quote(written, 40),
                                DidYouMean(keyword, kKeywords)));
}

bool Finder::ReadInstruction(absl::string_view keyword, size_t rest,
                             bool on_build) {
  if (!absl::c_linear_search(kKeywords, keyword)) return false;
  if (keyword == "from") ReadFrom(rest);
  if (keyword == "copy") ReadCopy(rest, on_build);
  if (keyword == "run") ReadRun(rest, on_build);
  if (keyword == "onbuild") ReadOnBuild(rest);
  if (keyword == "arg" && stages_ == 0) {
    arguments_.Declare(line_->text().substr(rest));
  }
  if (MayHoldHeredoc(keyword)) SkipHeredocs();
  return true;
}

// Only ARG may come before the first FROM. Said once.
void Finder::CheckOrder(absl::string_view keyword, Span at) {
  if (stages_ > 0 || told_order_ || keyword == "from" || keyword == "arg" ||
      !absl::c_linear_search(kKeywords, keyword)) {
    return;
  }
  told_order_ = true;
  AddProblem(at, absl::StrCat(absl::AsciiStrToUpper(keyword),
                              " stands before the first FROM"));
}

// FROM [--platform=...] image [AS name]
void Finder::ReadFrom(size_t begin) {
  const absl::string_view text = line_->text();
  ++stages_;
  stage_.clear();
  size_t rest = 0;
  ReadFlags(text, begin, &rest);
  const Span word = NextWord(text, rest);
  if (word.empty()) {
    AddProblem({0, text.size()}, "FROM names no image");
    return;
  }
  const Span as = NextWord(text, word.end);
  const Span name = NextWord(text, as.end);
  const bool names_stage =
      !name.empty() && NextWord(text, name.end).empty() &&
      absl::EqualsIgnoreCase(text.substr(as.begin, as.end - as.begin), "as");
  if (!as.empty() && !names_stage) {
    AddProblem(as, "FROM takes an image, and may go on with \"AS name\" only");
  }

  Expansion image =
      arguments_.Fill(text.substr(word.begin, word.end - word.begin));
  const bool is_stage = image.unknown.empty() &&
                        (image.text == kNoImage ||
                         earlier_.count(absl::AsciiStrToLower(image.text)) > 0);
  if (names_stage) NameStage(name);
  if (!is_stage) {
    AddUse(std::move(image.text), InsideQuotes(text, word), Stage(),
           std::move(image.unknown));
  }
  if (!stage_.empty()) earlier_.insert(stage_);
}

void Finder::NameStage(Span name) {
  std::string word = absl::AsciiStrToLower(
      line_->text().substr(name.begin, name.end - name.begin));
  if (IsStageName(word)) {
    stage_ = std::move(word);
  } else {
    AddProblem(name, absl::StrCat(Quote(word, 40), " cannot name a stage"));
  }
}

void Finder::ReadOnBuild(size_t begin) {
  const absl::string_view text = line_->text();
  size_t rest = 0;
  ReadFlags(text, begin, &rest);
  const Span word = NextWord(text, rest);
  if (word.empty()) return;
  const std::string keyword =
      absl::AsciiStrToLower(text.substr(word.begin, word.end - word.begin));
  if (keyword == "from" || keyword == "onbuild" || keyword == "maintainer") {
    AddProblem(word, absl::StrCat(absl::AsciiStrToUpper(keyword),
                                  " is not allowed after ONBUILD"));
  } else if (keyword == "arg") {
    // Of a later build's stage.
  } else if (!ReadInstruction(keyword, word.end, /*on_build=*/true)) {
    AddProblem(word, "unknown instruction after ONBUILD");
  }
}

// COPY [--from=source] [other flags] ...
void Finder::ReadCopy(size_t begin, bool on_build) {
  size_t rest = 0;
  for (const Flag& flag : ReadFlags(line_->text(), begin, &rest)) {
    if (flag.name() != "from") continue;
    const Span value = flag.value();
    if (value.empty()) {
      if (!flag.has_value()) {
        AddProblem(flag.span, "--from is written with \"=\": --from=NAME");
      }
      continue;
    }
    AddSource(flag.text.substr(value.begin),
              {flag.at[value.begin], flag.at[value.end - 1] + size_t{1}},
              "COPY --from", on_build);
  }
}

// RUN [--mount=type=...,from=source,...] [other flags] ...
void Finder::ReadRun(size_t begin, bool on_build) {
  size_t rest = 0;
  for (const Flag& flag : ReadFlags(line_->text(), begin, &rest)) {
    if (flag.name() != "mount") continue;
    Mount mount = ReadMount(flag);
    if (!mount.from.empty() && mount.type != "tmpfs") {
      AddSource(std::move(mount.from), mount.from_at, "RUN --mount", on_build);
    }
  }
}

void Finder::AddSource(std::string from, Span at, absl::string_view what,
                       bool on_build) {
  const bool is_stage = earlier_.count(absl::AsciiStrToLower(from)) > 0;
  std::string not_judged;
  if (absl::StrContains(from, '$')) {
    not_judged =
        "no variables are filled in here; begin a stage FROM it and name that";
  } else if (from == kNoImage) {
    return;
  } else if (what == "COPY --from" && IsNumber(from)) {
    size_t number = 0;
    if (!on_build &&
        (!absl::SimpleAtoi(from, &number) || number + 1 >= stages_)) {
      AddProblem(at, "no stage before this one has that number");
    }
    return;
  } else if (is_stage && !on_build) {
    return;
  } else if (is_stage) {
    not_judged =
        "it is a stage here, but may be an image where this is built from";
  }
  AddUse(std::move(from), at,
         absl::StrCat(on_build ? "ONBUILD " : "", what, " in ", Stage()),
         std::move(not_judged));
}

std::string Finder::Stage() const {
  if (stages_ == 0) return "no stage";
  if (stage_.empty()) return absl::StrCat("stage ", stages_ - 1);
  return absl::StrCat("stage ", Plainly(stage_));
}

void Finder::SkipHeredocs() {
  for (const Heredoc& heredoc : HeredocsOf(line_->text())) {
    if (reader_.Skip(heredoc)) continue;
    AddProblem({0, line_->text().size()},
               absl::StrCat("no line ends the here-document ",
                            Quote(heredoc.name, 40)));
    return;
  }
}

void Finder::AddUse(std::string image, Span at, std::string where,
                    std::string not_judged) {
  AddUseAt(std::move(image), line_->Place(at.begin, at.end), std::move(where),
           std::move(not_judged));
}

void Finder::AddUseAt(std::string image, TextRange at, std::string where,
                      std::string not_judged) {
  if (result_.uses.size() >= kMaxImageUses) {
    if (is_full_) return;
    is_full_ = true;
    result_.problems.push_back(
        {0, {at, "too many images; the rest is not looked at"}});
    return;
  }
  const absl::string_view written = text_.substr(at.begin, at.end - at.begin);
  ImageUse use;
  use.literal = not_judged.empty() && written == image;
  use.image = not_judged.empty() ? std::move(image) : std::string(written);
  use.at = at;
  use.where = std::move(where);
  use.not_judged = std::move(not_judged);
  result_.uses.push_back(std::move(use));
}

void Finder::AddProblem(Span at, std::string message) {
  AddProblemAt(line_->Place(at.begin, at.end), std::move(message));
}

void Finder::AddProblemAt(TextRange at, std::string message) {
  if (result_.problems.size() >= kMaxProblems) return;
  result_.problems.push_back({0, {at, std::move(message)}});
}

}  // namespace pinwarden::dockerfile_internal
