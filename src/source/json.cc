// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// nlohmann-json scans and parses, and tells what it finds but not where: the
// iterator that it reads with counts how far it came. A string is told of when
// its closing quote was read, so it ends there.
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/source_tree.h"
#include "source/offsets.h"
#include "source/tree_maker.h"

namespace pinwarden {
namespace {

using Json = nlohmann::json;

// Reads bytes and tells how many it has read, to all of its copies.
class CountingIterator {
 public:
  using difference_type = std::ptrdiff_t;
  using value_type = char;
  using pointer = const char*;
  using reference = const char&;
  using iterator_category = std::input_iterator_tag;

  CountingIterator(const char* at, const char** furthest)
      : at_(at), furthest_(furthest) {}

  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    *furthest_ = at_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator!=(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ != b.at_;
  }

 private:
  const char* at_;
  const char** furthest_;
};

class Handler final : public nlohmann::json_sax<Json> {
 public:
  Handler(absl::string_view text, const char* const* furthest, SourceTree* tree)
      : text_(text), furthest_(furthest), tree_(tree), maker_(text, tree) {
    maker_.StartDocument();
  }

  void Finish() { maker_.EndDocument(); }

  bool null() override { return maker_.Null(Word(4), {}); }
  bool boolean(bool value) override {
    return Plain(Word(value ? 4 : 5), value ? "true" : "false");
  }
  bool number_integer(number_integer_t) override { return Number(); }
  bool number_unsigned(number_unsigned_t) override { return Number(); }
  bool number_float(number_float_t, const string_t&) override {
    return Number();
  }
  bool string(string_t& value) override {
    return maker_.Scalar(String(), value, SourceNode::Style::kQuoted, {});
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override {
    return maker_.Open(Offset() - 1, true, {});
  }
  bool key(string_t& value) override { return string(value); }
  bool end_object() override { return maker_.Close(Offset()); }
  bool start_array(std::size_t) override {
    return maker_.Open(Offset() - 1, false, {});
  }
  bool end_array() override { return maker_.Close(Offset()); }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    const size_t at = std::min(position == 0 ? 0 : position - 1, text_.size());
    const bool ended = at >= text_.size();
    AddProblem(tree_, {at, std::min(at + 1, text_.size())},
               ended ? "this is not JSON: it ends too early"
                     : "this is not JSON: it cannot go on like this here");
    return false;
  }

 private:
  size_t Offset() const {
    return static_cast<size_t>(*furthest_ - text_.data());
  }
  TextRange Word(size_t bytes) const { return {Offset() - bytes, Offset()}; }
  bool Plain(TextRange at, absl::string_view value) {
    return maker_.Scalar(at, value, SourceNode::Style::kPlain, {});
  }
  // One byte after a number is read to see that it ends, but for the text's.
  bool Number() {
    constexpr absl::string_view kOfNumbers = "0123456789+-.eE";
    size_t end = Offset();
    if (end > 0 && !absl::StrContains(kOfNumbers, text_[end - 1])) --end;
    size_t begin = end;
    while (begin > 0 && absl::StrContains(kOfNumbers, text_[begin - 1])) {
      --begin;
    }
    return Plain({begin, end}, text_.substr(begin, end - begin));
  }
  // What stands between the quotes of the string that was read last.
  TextRange String() const {
    const size_t end = Offset() - 1;
    size_t begin = end;
    while (begin > 0) {
      const size_t quote = text_.rfind('"', begin - 1);
      if (quote == absl::string_view::npos) break;
      size_t escapes = quote;
      while (escapes > 0 && text_[escapes - 1] == '\\') --escapes;
      if ((quote - escapes) % 2 == 0) return {quote + 1, end};
      begin = quote;
    }
    return {end, end};
  }

  const absl::string_view text_;
  const char* const* const furthest_;
  SourceTree* const tree_;
  TreeMaker maker_;
};

}  // namespace

SourceTree ParseJsonSource(absl::string_view text) {
  SourceTree tree;
  tree.memory = std::make_unique<std::pmr::monotonic_buffer_resource>();
  if (text.size() > kMaxSourceBytes) {
    AddProblem(&tree, {0, 0},
               absl::StrCat("larger than ", kMaxSourceBytes, " bytes"));
    return tree;
  }
  const char* furthest = text.data();
  Handler handler(text, &furthest, &tree);
  const CountingIterator begin(text.data(), &furthest);
  const CountingIterator end(text.data() + text.size(), &furthest);
  if (Json::sax_parse(begin, end, &handler)) handler.Finish();
  return tree;
}

}  // namespace pinwarden
