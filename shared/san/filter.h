// The filter language: which objects are meant, in one line. API lists, saved questions, sanctl and the console share
// it.
//
//   kind:host label:PCI site:"Zurich 1"          all of these
//   kind:node registered:no -label:test          - or NOT: none of these
//   (chap>=one-way OR md5_refused:yes) bytes>1TiB
//   name:web*  name~web  name=web1               is, with * and ?; contains; is exactly
//   kind:host,cluster  lun:0..7  set_at<365d     any of several; a range; longer ago than 365 days
//   changed-since:rev12  has:note  host:web1     what is computed: the table of filter_attributes.h
//   upper switch "rack 7"                        words without a field are searched (search.h)
//
// A field is a row of a field table (fields.h), or of filter_attributes.h. A kind as a field means objects of that kind
// with that name, what refers to them, and what they hold: cluster:c1 is the cluster and its hosts. An object that
// lacks a field does not meet a condition about it, whatever the condition says; -FIELD:VALUE holds for it.
//
// Values, safe from any thread. Errors say where in the text, what is wrong, and what was probably meant.
// Bounds: kMaxFilterText bytes, kMaxFilterDepth parentheses and negations within each other.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/base/result.h"

namespace san {

inline constexpr std::size_t kMaxFilterText = 1024;
inline constexpr std::size_t kMaxFilterDepth = 32;

enum class FilterOp : std::uint8_t {
  Is,              // ":"  equal but for case; * and ? in the value; inside of a subnet
  Equals,          // "="  equal
  IsNot,           // "!=" has the field, and it is another
  Like,            // "~"  contains, or agrees with * and ?
  GreaterOrEqual,  // ">="
  LessOrEqual,     // "<="
  Greater,         // ">"
  Less,            // "<"
};

struct FilterNode {
  enum class Type : std::uint8_t { All, Any, Not, Condition, Word };

  Type type = Type::All;
  std::vector<FilterNode> children;  // All: any number, none holds for everything; Any: two or more; Not: one
  std::string attribute;             // of a condition, as its table spells it
  FilterOp op = FilterOp::Is;
  std::vector<std::string> values;  // of a condition: one or more, any of which will do; of a word: one
  std::size_t at = 0;               // where it begins in the text, and its length (of a condition or a word)
  std::size_t length = 0;

  // The same question, wherever it stood.
  friend bool operator==(const FilterNode& a, const FilterNode& b) {
    return a.type == b.type && a.op == b.op && a.attribute == b.attribute && a.values == b.values &&
           a.children == b.children;
  }
};

struct FilterError {
  std::size_t at = 0;      // bytes from the begin of the text
  std::size_t length = 0;  // of what is wrong; 0: something is missing there
  std::string text;        // a sentence
  std::string hint;        // what was probably meant, or what to do; may be empty
};

class Filter {
 public:
  // The empty text holds for every object.
  static base::Result<Filter, FilterError> parse(std::string_view text);
  // A part of another filter.
  static Filter of(FilterNode root) {
    Filter filter;
    filter.root_ = std::move(root);
    return filter;
  }

  [[nodiscard]] const FilterNode& root() const { return root_; }
  // In its normal spelling, which parses to the same question and is never longer than what was parsed.
  [[nodiscard]] std::string text() const;

 private:
  FilterNode root_;
};

}  // namespace san
