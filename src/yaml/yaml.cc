// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// yaml-cpp scans and parses; everything about it stays in this module. It is
// used through events and not through its own tree, which knows no duplicate
// keys and no aliases and takes ten times the memory. Its exceptions end here.
#include "pinwarden/yaml.h"

#include <algorithm>
#include <exception>
#include <istream>
#include <optional>
#include <streambuf>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "yaml-cpp/exceptions.h"
#include "yaml-cpp/parser.h"
#include "yaml/check_text.h"
#include "yaml/explain.h"
#include "yaml/tree_builder.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Hands the text to yaml-cpp, and ends it early when the builder has stopped or
// the scanner has taken kMaxYamlPieceBytes without producing an event. It takes
// that much only for one long scalar or comment, or while it queues all of a
// list in brackets to see whether a ':' follows, at a hundred bytes a token.
class PieceBuffer final : public std::streambuf {
 public:
  PieceBuffer(absl::string_view text, const TreeBuilder* builder)
      : text_(text), builder_(builder) {}

  bool cut_off() const { return cut_off_; }

 protected:
  int_type underflow() override {
    if (builder_->events() != events_) {
      events_ = builder_->events();
      piece_start_ = next_;
    }
    if (next_ - piece_start_ > kMaxYamlPieceBytes) cut_off_ = true;
    if (cut_off_ || builder_->stopped() || next_ == text_.size()) {
      return traits_type::eof();
    }
    const size_t size = std::min(kStepBytes, text_.size() - next_);
    // The interface takes char*, but nothing writes through it.
    char* step = const_cast<char*>(text_.data()) + next_;
    setg(step, step, step + size);
    next_ += size;
    return traits_type::to_int_type(*step);
  }

 private:
  static constexpr size_t kStepBytes = 2048;

  const absl::string_view text_;
  const TreeBuilder* const builder_;
  size_t next_ = 0;
  size_t piece_start_ = 0;
  size_t events_ = 0;
  bool cut_off_ = false;
};

SyntaxError Describe(const YAML::Exception& exception,
                     const TreeBuilder& builder, int first_line_shift) {
  SyntaxError error;
  error.message = exception.msg;
  error.offset = static_cast<size_t>(std::max(exception.mark.pos, 0));
  error.last_offset = builder.last_offset();
  if (const TreeBuilder::Frame* open = builder.open()) {
    error.open = {open->at, open->mapping, open->in_brackets};
    if (open->at.line == 1) error.open->at.column -= first_line_shift;
  }
  return error;
}

// Where the piece starts that was too long.
size_t PieceOffset(absl::string_view text, const TreeBuilder& builder) {
  const size_t offset = std::min(builder.last_offset(), text.size());
  const size_t visible = text.find_first_not_of(" \t\r\n", offset);
  return visible == absl::string_view::npos ? offset : visible;
}

// Returns what stopped yaml-cpp, when the builder did not.
std::optional<Problem> Parse(absl::string_view text, int shift,
                             TreeBuilder* builder) {
  PieceBuffer buffer(text, builder);
  std::optional<Problem> problem;
  try {
    std::istream stream(&buffer);
    YAML::Parser parser(stream);
    // The second call finds what does not belong to the one document.
    if (parser.HandleNextDocument(*builder) && !builder->stopped()) {
      parser.HandleNextDocument(*builder);
    }
  } catch (const YAML::Exception& exception) {
    problem = ExplainSyntaxError(text, Describe(exception, *builder, shift));
  } catch (const std::exception& exception) {
    problem = {Severity::kError, Position(), "the YAML parser failed"};
  }
  if (builder->stopped()) return std::nullopt;
  if (buffer.cut_off()) {
    problem = {Severity::kError, PositionAt(text, PieceOffset(text, *builder)),
               absl::StrCat("a text, comment or list in brackets from here on "
                            "is longer than ",
                            kMaxYamlPieceBytes,
                            " bytes; write a long list with one \"- item\" a "
                            "line")};
  }
  return problem;
}

}  // namespace

YamlNode::YamlNode(Position at, absl::Span<const YamlEntry> entries)
    : YamlNode(Kind::kMapping, at, entries.data(), entries.size()) {}

absl::string_view YamlNode::scalar() const {
  if (kind_ != Kind::kScalar) return "";
  return absl::string_view(static_cast<const char*>(data_), size_);
}

absl::Span<const YamlNode> YamlNode::items() const {
  if (kind_ != Kind::kSequence) return {};
  return absl::MakeConstSpan(static_cast<const YamlNode*>(data_), size_);
}

absl::Span<const YamlEntry> YamlNode::entries() const {
  if (kind_ != Kind::kMapping) return {};
  return absl::MakeConstSpan(static_cast<const YamlEntry*>(data_), size_);
}

const YamlNode* YamlNode::Find(absl::string_view key) const {
  for (const YamlEntry& entry : entries()) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

absl::string_view KindName(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kScalar:
      return "a string";
    case YamlNode::Kind::kSequence:
      return "a list";
    case YamlNode::Kind::kMapping:
      return "a mapping";
  }
  return "nothing";
}

YamlDocument ParseYaml(absl::string_view text) {
  YamlDocument document;
  document.memory = std::make_unique<std::pmr::monotonic_buffer_resource>();
  if (std::optional<Problem> problem = CheckText(text)) {
    document.problems.push_back(*std::move(problem));
    return document;
  }
  const bool marked = absl::ConsumePrefix(&text, kByteOrderMark);
  const int shift = marked ? static_cast<int>(kByteOrderMark.size()) : 0;
  ProblemLog log;
  TreeBuilder builder(text, shift, document.memory.get(), &log);
  std::optional<Problem> problem = Parse(text, shift, &builder);
  document.complete = !problem && !builder.stopped();
  if (problem) {
    if (problem->at.line == 1) problem->at.column += shift;
    log.Error(problem->at, std::move(problem->message));
  }
  document.root = builder.root();
  document.problems = std::move(log).Take();
  return document;
}

}  // namespace pinwarden
