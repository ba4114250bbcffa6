#include "agent/block/store_spec.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <limits>
#include <vector>

#include "shared/base/suggest.h"

namespace block {
namespace {

using base::fail;

// The kinds that have a name before a colon. A block device is its path.
struct KindRow {
  std::string_view name;
  StoreKind kind;
};
constexpr KindRow kKinds[] = {{"memory", StoreKind::Memory}, {"null", StoreKind::Null}, {"file", StoreKind::File}};
constexpr std::string_view kKindNames[] = {kKinds[0].name, kKinds[1].name, kKinds[2].name};

// The words that may follow. Two of one group contradict each other.
enum class Group : std::uint8_t { BlockSize, Access, Cache, Provisioning, Durability };
struct WordRow {
  std::string_view word;
  Group group;
  bool filesOnly;  // of files and block devices, not of memory and null
  void (*apply)(StoreSpec& spec);
};
constexpr WordRow kWords[] = {
    {"block=512", Group::BlockSize, false, [](StoreSpec& spec) { spec.file.blockSize = 512; }},
    {"block=4096", Group::BlockSize, false, [](StoreSpec& spec) { spec.file.blockSize = 4096; }},
    {"readonly", Group::Access, false, [](StoreSpec& spec) { spec.file.readOnly = true; }},
    {"direct", Group::Cache, true, [](StoreSpec& spec) { spec.file.direct = true; }},
    {"buffered", Group::Cache, true, [](StoreSpec& spec) { spec.file.direct = false; }},
    {"thin", Group::Provisioning, true, [](StoreSpec& spec) { spec.file.thin = true; }},
    {"thick", Group::Provisioning, true, [](StoreSpec& spec) { spec.file.thin = false; }},
    {"writethrough", Group::Durability, true, [](StoreSpec& spec) { spec.writeThrough = true; }},
};
constexpr auto kWordNames = [] {
  std::array<std::string_view, std::size(kWords)> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kWords[i].word;
  return names;
}();

constexpr std::string_view kForms = "write memory:SIZE, null:SIZE, file:/PATH or /dev/NAME";

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string meant(std::string_view word, std::span<const std::string_view> known) {
  const auto near = base::nearest(word, known);
  return near ? "; did you mean " + quoted(*near) + "?" : std::string();
}

// The parts between single commas; two commas are one that belongs to its part.
std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != ',') {
      parts.back() += text[i];
    } else if (i + 1 < text.size() && text[i + 1] == ',') {
      parts.back() += text[i++];
    } else {
      parts.emplace_back();
    }
  }
  return parts;
}

base::Failure<base::Error> unknownWord(std::string_view word) {
  if (word.empty()) return fail("there is nothing between two commas, or behind the last one");
  if (word.starts_with("block=")) return fail(quoted(word) + ": blocks have 512 or 4096 bytes");
  std::string all;
  for (const std::string_view name : kWordNames) all += (all.empty() ? "" : ", ") + std::string(name);
  const std::string near = meant(word, kWordNames);
  return fail("unknown word " + quoted(word) + (near.empty() ? "; there are " + all : near));
}

base::Status applyWord(StoreSpec& spec, std::string_view word, std::span<const WordRow*> seen) {
  const auto row = std::find_if(std::begin(kWords), std::end(kWords), [&](const WordRow& r) { return r.word == word; });
  if (row == std::end(kWords)) return unknownWord(word);
  const bool files = spec.kind == StoreKind::File || spec.kind == StoreKind::BlockDevice;
  if (row->filesOnly && !files) {
    return fail(quoted(word) + " is for files and block devices" +
                (row->word == "thin" ? ": memory is thin without it" : ""));
  }
  const WordRow*& before = seen[static_cast<std::size_t>(row->group)];
  if (before == row) return fail(quoted(word) + " is written twice");
  if (before != nullptr) return fail(quoted(before->word) + " and " + quoted(word) + " contradict each other");
  before = row;
  row->apply(spec);
  return {};
}

// What stands before the first comma.
base::Status readStore(StoreSpec& spec, const std::string& store) {
  if (store.starts_with('/')) {
    spec.kind = StoreKind::BlockDevice;
    spec.file.kind = FileKind::BlockDevice;
    spec.file.path = store;
    return {};
  }
  const std::size_t colon = store.find(':');
  if (colon == std::string::npos) return fail("it names no kind: " + std::string(kForms));
  const std::string_view name = std::string_view(store).substr(0, colon);
  const std::string rest = store.substr(colon + 1);
  const auto row = std::find_if(std::begin(kKinds), std::end(kKinds), [&](const KindRow& r) { return r.name == name; });
  if (row == std::end(kKinds)) {
    const std::string near = meant(name, kKindNames);
    return fail("unknown kind " + quoted(name) + (near.empty() ? ": " + std::string(kForms) : near));
  }
  spec.kind = row->kind;
  if (spec.kind == StoreKind::File) {
    if (rest.empty()) return fail("the path is missing: write file:/PATH");
    if (!rest.starts_with('/')) return fail("the path " + quoted(rest) + " is not absolute: begin it with /");
    spec.file.path = rest;
    return {};
  }
  const auto size = parseSize(rest);
  if (!size) return fail(size.error());
  spec.size = *size;
  return {};
}

}  // namespace

base::Result<std::uint64_t> parseSize(std::string_view text) {
  constexpr std::string_view kUnits = "KMGTP";
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  constexpr std::string_view kHelp = ": write bytes, or a number with K, M, G, T or P, as 64M";
  if (text.empty()) return fail("the size is missing" + std::string(kHelp));
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc::result_out_of_range) return fail("the size " + quoted(text) + " is too large");
  if (error != std::errc()) return fail(quoted(text) + " is not a size" + std::string(kHelp));
  std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  if (unit.size() == 3 && unit.ends_with("iB")) unit = unit.substr(0, 1);
  unsigned shift = 0;
  if (!unit.empty()) {
    const std::size_t place = unit.size() == 1 ? kUnits.find(unit) : std::string_view::npos;
    if (place == std::string_view::npos) return fail(quoted(text) + " is not a size" + std::string(kHelp));
    shift = 10 * static_cast<unsigned>(place + 1);
  }
  if (number > (kMost >> shift)) return fail("the size " + quoted(text) + " is too large");
  if (number == 0) return fail("the size " + quoted(text) + " is nothing");
  return number << shift;
}

base::Result<StoreSpec> parseStoreSpec(std::string_view text) {
  const auto failure = [&](const std::string& why) { return fail("store " + quoted(text) + ": " + why); };
  if (text.empty()) return failure(std::string(kForms));
  if (text.find('\0') != std::string_view::npos) return fail("a store holds no zero byte");
  const std::vector<std::string> parts = split(text);
  StoreSpec spec;
  if (auto read = readStore(spec, parts[0]); !read) return failure(read.error().text);
  std::array<const WordRow*, 5> seen{};
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (auto applied = applyWord(spec, parts[i], seen); !applied) return failure(applied.error().text);
  }
  if (spec.kind == StoreKind::Memory || spec.kind == StoreKind::Null) {
    if (spec.file.blockSize == 0) spec.file.blockSize = 512;
    if (spec.size % spec.file.blockSize != 0) {
      return failure("the size is not a multiple of blocks of " + std::to_string(spec.file.blockSize) + " bytes");
    }
  }
  return spec;
}

}  // namespace block
