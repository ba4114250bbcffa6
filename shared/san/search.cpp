#include "shared/san/search.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "shared/base/ascii_case.h"
#include "shared/san/fields.h"

namespace san {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

using base::asciiLower;
constexpr bool isWordPart(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) != 0; }

// What people look for first.
constexpr std::array kFirstKinds{Kind::Host,      Kind::Node,    Kind::LogicalUnit, Kind::Domain,
                                 Kind::DomainSet, Kind::Cluster, Kind::Entity,      Kind::Portal};
constexpr std::array<std::uint8_t, kKinds> kKindOrder = [] {
  std::array<std::uint8_t, kKinds> order{};
  for (std::size_t i = 0; i < kKinds; ++i) order[i] = static_cast<std::uint8_t>(kFirstKinds.size() + i);
  for (std::size_t i = 0; i < kFirstKinds.size(); ++i) {
    order[static_cast<std::size_t>(kFirstKinds[i])] = static_cast<std::uint8_t>(i);
  }
  return order;
}();

// As string_view::find, which is ten times slower where the first byte of the word is frequent.
std::size_t findIn(std::string_view text, std::string_view word, std::size_t from) {
  const void* at = ::memmem(text.data() + from, text.size() - from, word.data(), word.size());
  return at == nullptr ? kNone : static_cast<std::size_t>(static_cast<const char*>(at) - text.data());
}

void appendText(std::string& out, std::string_view text) {
  if (text.empty()) return;
  const std::size_t begin = out.size();
  out.resize(begin + text.size() + 1, kTextEnd);
  std::transform(text.begin(), text.end(), out.begin() + static_cast<std::ptrdiff_t>(begin),
                 [](char c) { return asciiLower(c); });
}

// The words of a query, longest first, and the query with one blank between them.
struct Query {
  std::string phrase;
  std::vector<std::string> words;
};

Query queryOf(std::string_view text) {
  Query query;
  if (text.size() > kMaxSearchText) return query;
  std::vector<std::pair<std::size_t, std::size_t>> spans;
  for (char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    const bool starts = query.phrase.empty() || query.phrase.back() == ' ';
    if (blank && starts) continue;
    if (!blank && starts) spans.emplace_back(query.phrase.size(), 0);
    query.phrase += blank ? ' ' : asciiLower(c);
    if (!blank) ++spans.back().second;
  }
  if (!query.phrase.empty() && query.phrase.back() == ' ') query.phrase.pop_back();
  if (spans.size() > kMaxSearchWords) return query;
  for (const auto& [begin, size] : spans) query.words.push_back(query.phrase.substr(begin, size));
  std::stable_sort(query.words.begin(), query.words.end(),
                   [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return query;
}

// How a phrase stands in the texts of an object, and whether in the first of them. `text` holds it at `at`.
std::pair<Match, bool> matchOf(std::string_view text, std::string_view phrase, std::size_t at) {
  const std::size_t nameEnd = text.find(kTextEnd);
  std::pair best{Match::Words, false};
  for (; at != kNone; at = findIn(text, phrase, at + 1)) {
    const bool begins = at == 0 || text[at - 1] == kTextEnd;
    const bool ends = text[at + phrase.size()] == kTextEnd;
    const bool wordBegins = begins || !isWordPart(text[at - 1]) || !isWordPart(text[at]);
    const Match match = begins && ends ? Match::Exact
                        : begins       ? Match::Prefix
                        : wordBegins   ? Match::WordBegin
                                       : Match::Inside;
    if (match < best.first) best = {match, at < nameEnd};
    if (best.first == Match::Exact) break;
  }
  return best;
}

// Keys that are sorted: the smaller the better. 3 bits the match, 1 whether outside of the name, 12 the length of the
// name, 8 the order of kinds, 32 the entry.
constexpr unsigned kEntryBits = 32;
std::uint64_t keyOf(Match match, bool inName, std::size_t nameSize, Kind kind, std::size_t entry) {
  std::uint64_t key = static_cast<std::uint64_t>(match);
  key = key << 1 | (inName ? 0U : 1U);
  key = key << 12 | std::min<std::size_t>(nameSize, 0xfff);
  key = key << 8 | kKindOrder[static_cast<std::size_t>(kind)];
  return key << kEntryBits | entry;
}
constexpr unsigned kMatchShift = kEntryBits + 8 + 12 + 1;

}  // namespace

void appendSearchText(const Snapshot& snapshot, ObjectRef ref, const Object& object, std::string& out) {
  const std::string name = nameOf(snapshot, ref);
  appendText(out, name);
  const std::string number = std::string(nameOf(ref.kind)) + " " + std::to_string(ref.id);
  if (name.empty()) appendText(out, number);
  for (const FieldRow& field : fieldsOf(ref.kind)) {
    switch (field.type) {
      case FieldType::Text:
      case FieldType::Address: {
        const Value value = field.get(object);
        const auto& text = std::get<std::string>(value);
        if (text != name) appendText(out, text);
        break;
      }
      case FieldType::Subnets: {
        const Value value = field.get(object);
        for (const std::string& text : std::get<std::vector<std::string>>(value)) appendText(out, text);
        break;
      }
      case FieldType::Refs: {
        if (field.kinds != 1U << static_cast<unsigned>(Kind::Label)) break;
        const Value value = field.get(object);
        for (ObjectRef label : std::get<std::vector<ObjectRef>>(value)) appendText(out, nameOf(snapshot, label));
        break;
      }
      default:
        break;
    }
  }
  if (!name.empty()) appendText(out, number);
}

SearchIndex::SearchIndex(Snapshot snapshot) : SearchIndex(std::move(snapshot), nullptr) {}

SearchIndex SearchIndex::next(Snapshot later) const {
  // Labels give their names to other objects' texts.
  bool sameLabels = later.table<Label>().size() == snapshot_.table<Label>().size();
  later.table<Label>().forEach([&](Id id, const Label& label) { sameLabels &= snapshot_.get<Label>(id) == &label; });
  return {std::move(later), sameLabels ? this : nullptr};
}

SearchIndex::SearchIndex(Snapshot snapshot, const SearchIndex* before) : snapshot_(std::move(snapshot)) {
  reserveFor(before);
  for (const KindRow& row : kKindTable) addKind(row.kind, before);
}

void SearchIndex::reserveFor(const SearchIndex* before) {
  std::size_t count = 0;
  forEachKind([&]<class T>(T*) { count += snapshot_.table<T>().size(); });
  entries_.reserve(count);
  if (before != nullptr) text_.reserve(before->text_.size() + 4096);
}

void SearchIndex::addKind(Kind kind, const SearchIndex* before) {
  // Entries of both ascend, so that a cursor goes along.
  std::size_t old = 0;
  if (before != nullptr) {
    const auto at = std::partition_point(before->entries_.begin(), before->entries_.end(), [&](const Entry& entry) {
      return entry.ref < ObjectRef{kind, 0};
    });
    old = static_cast<std::size_t>(at - before->entries_.begin());
  }
  forEachKind([&]<class T>(T*) {
    if (T::kKind != kind) return;
    snapshot_.table<T>().forEach([&](Id id, const T& object) {
      const ObjectRef ref{kind, id};
      entries_.push_back({ref, &object, text_.size()});
      if (before != nullptr) {
        while (old < before->entries_.size() && before->entries_[old].ref < ref) ++old;
        // Its snapshot is alive, so the same address is the same object.
        if (old < before->entries_.size() && before->entries_[old].object == &object) {
          text_.append(before->textOf(old));
          return;
        }
      }
      appendSearchText(snapshot_, ref, object, text_);
    });
  });
}

std::string_view SearchIndex::textOf(std::size_t entry) const {
  const std::size_t end = entry + 1 < entries_.size() ? entries_[entry + 1].start : text_.size();
  return std::string_view(text_).substr(entries_[entry].start, end - entries_[entry].start);
}

// The entry whose text holds a position; not before `from`. In steps that double, as the next hit is mostly near.
std::size_t SearchIndex::entryAt(std::size_t position, std::size_t from) const {
  std::size_t step = 1;
  std::size_t end = from + 1;
  while (end < entries_.size() && entries_[end].start <= position) {
    from = end;
    end += step;
    step *= 2;
  }
  const auto begin = entries_.begin() + static_cast<std::ptrdiff_t>(from);
  const auto stop = entries_.begin() + static_cast<std::ptrdiff_t>(std::min(end, entries_.size()));
  const auto behind =
      std::upper_bound(begin, stop, position, [](std::size_t at, const Entry& e) { return at < e.start; });
  return static_cast<std::size_t>(behind - entries_.begin()) - 1;
}

SearchResult SearchIndex::find(std::string_view text, std::size_t limit, std::uint32_t kinds,
                               const std::function<bool(ObjectRef)>& shown) const {
  SearchResult result;
  const Query query = queryOf(text);
  if (query.words.empty()) return result;
  std::vector<std::uint64_t> keys;
  std::size_t entry = 0;
  for (std::size_t at = findIn(text_, query.words[0], 0); at != kNone;) {
    entry = entryAt(at, entry);
    const Entry& found = entries_[entry];
    const std::string_view own = textOf(entry);
    const bool wanted = ((kinds >> static_cast<unsigned>(found.ref.kind)) & 1U) != 0;
    const bool all = wanted && std::all_of(query.words.begin() + 1, query.words.end(),
                                           [&](const std::string& word) { return findIn(own, word, 0) != kNone; });
    if (all && (!shown || shown(found.ref))) {
      ++result.byKind[static_cast<std::size_t>(found.ref.kind)];
      const std::size_t phraseAt = query.words.size() == 1 ? at - found.start : findIn(own, query.phrase, 0);
      const auto [match, inName] = matchOf(own, query.phrase, phraseAt);
      keys.push_back(keyOf(match, inName, own.find(kTextEnd), found.ref.kind, entry));
    }
    at = findIn(text_, query.words[0], found.start + own.size());
  }
  result.total = keys.size();
  const std::size_t first = std::min(limit, keys.size());
  std::partial_sort(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(first), keys.end());
  for (std::size_t i = 0; i < first; ++i) {
    const Entry& hit = entries_[keys[i] & 0xffff'ffff];
    result.hits.push_back({hit.ref, static_cast<Match>(keys[i] >> kMatchShift)});
  }
  return result;
}

}  // namespace san
