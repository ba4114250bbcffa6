#include "agent/block/store_spec.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

#include "agent/block/nbd_url.h"
#include "agent/initiator/url.h"
#include "shared/base/listed.h"
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

// What may stand in the URL is what may be shown: a password is in none.
base::Status checkIscsiUrl(const std::string& text) {
  const std::size_t question = std::min(text.find('?'), text.size());
  const std::string_view arguments = std::string_view(text).substr(question);
  if (text.substr(0, question).find('@') != std::string::npos || arguments.find("target_") != std::string_view::npos) {
    return fail("who logs in stands behind commas, as user=NAME,secret=/PATH of a file; an URL is shown to everybody");
  }
  const auto url = initiator::parseUrl(text);
  if (!url) return fail(url.error());
  if (url->target.empty() || !url->lun) return fail("write iscsi://HOST[:PORT]/TARGET/LUN");
  if (*url->lun >= 16384) return fail("a LUN must be below 16384");
  return {};
}

base::Status checkNbdUrl(const std::string& text) {
  if (const auto target = parseNbdUrl(text); !target) return fail(target.error());
  return {};
}

// The kinds that are reached over a network: a URL up to the first comma. One row a scheme.
struct SchemeRow {
  std::string_view scheme;
  StoreKind kind;
  base::Status (*check)(const std::string& url);
};
constexpr SchemeRow kSchemes[] = {
    {"iscsi://", StoreKind::Iscsi, checkIscsiUrl},
    {"nbd://", StoreKind::Nbd, checkNbdUrl},
    {"nbd+unix://", StoreKind::Nbd, checkNbdUrl},
};

const SchemeRow* schemeOf(std::string_view text) {
  const auto row = std::find_if(std::begin(kSchemes), std::end(kSchemes),
                                [&](const SchemeRow& r) { return text.starts_with(r.scheme); });
  return row == std::end(kSchemes) ? nullptr : row;
}

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

constexpr std::string_view kForms =
    "write memory:SIZE, null:SIZE, file:/PATH, /dev/NAME, iscsi://HOST/TARGET/LUN or nbd://HOST/EXPORT";

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

// Words with a value.
struct ValueRow {
  std::string_view name;
  StoreCredential StoreSpec::* part;
  std::string StoreCredential::* field;
  bool path;
};
constexpr ValueRow kValues[] = {
    {"user=", &StoreSpec::credential, &StoreCredential::user, false},
    {"secret=", &StoreSpec::credential, &StoreCredential::secretFile, true},
    {"target-user=", &StoreSpec::target, &StoreCredential::user, false},
    {"target-secret=", &StoreSpec::target, &StoreCredential::secretFile, true},
};

const ValueRow* valueOf(std::string_view word) {
  const auto row = std::find_if(std::begin(kValues), std::end(kValues),
                                [&](const ValueRow& r) { return word.starts_with(r.name); });
  return row == std::end(kValues) ? nullptr : row;
}

// Errors repeat no value: somebody may have written the secret itself.
base::Status applyValue(StoreSpec& spec, const ValueRow& row, std::string_view word) {
  const std::string name(row.name);
  if (spec.kind != StoreKind::Iscsi) return fail(quoted(row.name) + " is for iscsi://");
  const std::string_view value = word.substr(row.name.size());
  std::string& field = spec.*row.part.*row.field;
  if (!field.empty()) return fail(quoted(row.name) + " is written twice");
  if (value.empty()) return fail("nothing stands behind " + quoted(row.name));
  if (value.size() > base::Secret::kMaxSize) return fail("what stands behind " + quoted(row.name) + " is too long");
  if (row.path && !value.starts_with('/')) {
    return fail("behind " + quoted(row.name) + " stands the absolute path of a file that holds the secret");
  }
  field = value;
  return {};
}

base::Status checkCredentials(const StoreSpec& spec) {
  for (const auto& [credential, prefix] :
       {std::pair(&spec.credential, std::string()), std::pair(&spec.target, std::string("target-"))}) {
    if (credential->user.empty() != credential->secretFile.empty()) {
      return fail(quoted(prefix + "user=") + " and " + quoted(prefix + "secret=") + " go together");
    }
  }
  if (!spec.target.user.empty() && spec.credential.user.empty()) {
    return fail("mutual CHAP: \"target-user=\" needs \"user=\" too");
  }
  return {};
}

base::Failure<base::Error> unknownWord(std::string_view word) {
  if (word.empty()) return fail("there is nothing between two commas, or behind the last one");
  if (word.starts_with("block=")) return fail(quoted(word) + ": blocks have 512 or 4096 bytes");
  // Not what stands behind an =, which may be a secret in the wrong place.
  if (const std::size_t equals = word.find('='); equals != std::string_view::npos) {
    return fail("unknown word " + quoted(word.substr(0, equals + 1)));
  }
  const std::string near = meant(word, kWordNames);
  return fail("unknown word " + quoted(word) + (near.empty() ? "; there are " + base::listed(kWordNames) : near));
}

base::Status applyWord(StoreSpec& spec, std::string_view word, std::span<const WordRow*> seen) {
  if (const ValueRow* const value = valueOf(word)) return applyValue(spec, *value, word);
  const auto row = std::find_if(std::begin(kWords), std::end(kWords), [&](const WordRow& r) { return r.word == word; });
  if (row == std::end(kWords)) return unknownWord(word);
  const bool files = spec.kind == StoreKind::File || spec.kind == StoreKind::BlockDevice;
  const bool durable = row->group == Group::Durability && spec.kind == StoreKind::Nbd;
  if (row->filesOnly && !files && !durable) {
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
  if (const SchemeRow* const scheme = schemeOf(store)) {
    spec.kind = scheme->kind;
    spec.url = store;
    return scheme->check(store);
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

std::string placeOf(const StoreSpec& spec) {
  switch (spec.kind) {
    case StoreKind::Memory:
    case StoreKind::Null:
      break;
    case StoreKind::File:
    case StoreKind::BlockDevice:
      return spec.file.path;
    case StoreKind::Iscsi:
      if (const auto url = initiator::parseUrl(spec.url)) {
        return "iscsi://" + url->target + "/" + std::to_string(url->lun.value_or(0));
      }
      break;
    case StoreKind::Nbd:
      if (const auto target = parseNbdUrl(spec.url)) return target->text();
      break;
  }
  return {};
}

bool isRemoteStore(std::string_view text) { return schemeOf(text) != nullptr; }

base::Result<StoreSpec> parseStoreSpec(std::string_view text) {
  // Of a remote one that is wrong only the scheme is repeated: a secret may stand where none should.
  const SchemeRow* const scheme = schemeOf(text);
  const std::string shown = scheme == nullptr ? quoted(text) : quoted(std::string(scheme->scheme) + "...");
  const auto failure = [&](const std::string& why) { return fail("store " + shown + ": " + why); };
  if (text.empty()) return failure(std::string(kForms));
  if (text.find('\0') != std::string_view::npos) return fail("a store holds no zero byte");
  const std::vector<std::string> parts = split(text);
  StoreSpec spec;
  if (auto read = readStore(spec, parts[0]); !read) return failure(read.error().text);
  std::array<const WordRow*, 5> seen{};
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (auto applied = applyWord(spec, parts[i], seen); !applied) return failure(applied.error().text);
  }
  if (auto checked = checkCredentials(spec); !checked) return failure(checked.error().text);
  if (spec.kind == StoreKind::Memory || spec.kind == StoreKind::Null) {
    if (spec.file.blockSize == 0) spec.file.blockSize = 512;
    if (spec.size % spec.file.blockSize != 0) {
      return failure("the size is not a multiple of blocks of " + std::to_string(spec.file.blockSize) + " bytes");
    }
  }
  return spec;
}

}  // namespace block
