// SearchIndex: finds objects of a snapshot as somebody types.
//
// What is searched of an object: its name (nameOf), every text, address and subnet among its fields (alias, symbolic
// name, note, ticket ...), the names of its labels, and its number ("domain 12"). Case does not count in ASCII. All
// words must be found, each anywhere in the object's text. What an object refers to is not searched: a map is found by
// its number, and by its host through a filter (filter.h).
//
// A linear scan over one packed text: measured at 50,000 objects it is built nine times faster than an index of
// trigrams over the same texts, and answers in under a millisecond; trigrams answer in a tenth of that, which nobody
// sees. Built once, then immutable: readers on any thread share it. It keeps its snapshot. Bounds: kMaxSearchText bytes
// and kMaxSearchWords words; what is longer finds nothing. Errors: none.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/san/snapshot.h"

namespace san {

inline constexpr std::size_t kMaxSearchText = 1024;
inline constexpr std::size_t kMaxSearchWords = 32;
inline constexpr std::uint32_t kAllKinds = (1U << kKinds) - 2;

// How well the words and one of an object's texts agree. Better first.
enum class Match : std::uint8_t {
  Exact,      // the text is what was typed
  Prefix,     // it begins with it
  WordBegin,  // a word in it begins with it
  Inside,     // it is somewhere in it
  Words,      // not as it was typed, but every word is somewhere in the object
};

struct SearchHit {
  ObjectRef object;
  Match match = Match::Words;
  friend bool operator==(const SearchHit&, const SearchHit&) = default;
};

struct SearchResult {
  // Best match first; then matches in the name before others, shorter names, the order of kinds (hosts, nodes, logical
  // units and domains first), and numbers.
  std::vector<SearchHit> hits;
  std::size_t total = 0;                       // objects that match, of which `hits` are the first
  std::array<std::uint32_t, kKinds> byKind{};  // total, by kind
};

class SearchIndex {
 public:
  explicit SearchIndex(Snapshot snapshot);

  // The index of a later snapshot. The texts of objects that both share are copied, not made again.
  [[nodiscard]] SearchIndex next(Snapshot later) const;

  [[nodiscard]] const Snapshot& snapshot() const { return snapshot_; }
  [[nodiscard]] std::size_t objects() const { return entries_.size(); }
  [[nodiscard]] std::size_t bytes() const { return text_.size(); }

  // `kinds`: a bit for each kind that is wanted. `shown`: what may be found; without it, everything.
  [[nodiscard]] SearchResult find(std::string_view text, std::size_t limit, std::uint32_t kinds = kAllKinds,
                                  const std::function<bool(ObjectRef)>& shown = {}) const;

 private:
  struct Entry {
    ObjectRef ref;
    const Object* object = nullptr;  // the snapshot's
    std::size_t start = 0;           // in text_
  };
  SearchIndex(Snapshot snapshot, const SearchIndex* before);
  void reserveFor(const SearchIndex* before);
  void addKind(Kind kind, const SearchIndex* before);
  [[nodiscard]] std::string_view textOf(std::size_t entry) const;
  [[nodiscard]] std::size_t entryAt(std::size_t position, std::size_t from) const;

  Snapshot snapshot_;
  std::vector<Entry> entries_;  // by kind, then number
  std::string text_;            // of each entry its texts, in lower case, each followed by kTextEnd
};

// Behind each text of an object. No field holds control characters.
inline constexpr char kTextEnd = '\x01';

// Appends what is searched of an object: its texts in lower case, the name first, each followed by kTextEnd.
void appendSearchText(const Snapshot& snapshot, ObjectRef ref, const Object& object, std::string& out);

}  // namespace san
