#include "shared/san/rule_facts.h"

#include <algorithm>

namespace san {
namespace {

constexpr std::size_t kNamed = 3;  // in a sentence

}  // namespace

bool meets(const UnitMask& mask, std::span<const std::uint64_t> row) {
  return std::ranges::any_of(mask.words, [&](const auto& word) { return (row[word.first] & word.second) != 0; });
}

RuleFacts::RuleFacts(const SanIndex& index, const FindingContext& context, bool allRules)
    : index_(index), context_(context), allRules_(allRules) {
  snapshot().table<ChangeSet>().forEach([&](Id, const ChangeSet& change) {
    change.forEachRevision([&](Revision made) { times_.emplace_back(made, change.committedAt); });
    if (change.zoned != 0) parts_.emplace_back(change.created, change.zoned);
  });
  std::ranges::sort(times_);
  std::ranges::sort(parts_);
  partyOfHost_.reserve(index_.hosts().size());
  for (ObjectRef host : index_.hosts()) partyOfHost_.push_back(partyOf(host));
}

std::string RuleFacts::called(ObjectRef object) const {
  std::string name;
  if (!context_.texts) return name;
  if (object.kind == Kind::LogicalUnit) {
    if (const auto* unit = snapshot().get<LogicalUnit>(object.id)) name = unit->name;
  }
  if (object.kind == Kind::Credential) {
    if (const auto* credential = snapshot().get<Credential>(object.id)) {
      name = nameOf(snapshot(), credential->initiator.ref());
      if (credential->target) name.append(" at ").append(nameOf(snapshot(), credential->target.ref()));
    }
  }
  if (object.kind == Kind::HeldDisk) {
    if (const auto* held = snapshot().get<HeldDisk>(object.id)) {
      name = "LUN " + std::to_string(held->lun) + " of " + held->target;
    }
  }
  if (name.empty()) name = nameOf(snapshot(), object);
  if (name.empty()) name = std::string(nameOf(object.kind)) + " #" + std::to_string(object.id);
  return name;
}

std::string RuleFacts::list(std::span<const ObjectRef> objects) const {
  std::string text;
  if (!context_.texts) return text;
  const std::size_t named = objects.size() <= kNamed + 1 ? objects.size() : kNamed;
  for (std::size_t i = 0; i < named; ++i) {
    if (i > 0) text += i + 1 == objects.size() ? " and " : ", ";
    text += called(objects[i]);
  }
  if (named < objects.size()) text.append(" and ").append(std::to_string(objects.size() - named)).append(" more");
  return text;
}

bool RuleFacts::isOlder(Seconds moment, Seconds limit) {
  if (context_.now - moment > limit) return true;
  changesAt(moment + limit + 1);
  return false;
}

Seconds RuleFacts::age(Seconds moment, Seconds unit) {
  const Seconds units = (context_.now - moment) / unit;
  // Of a moment to come the age is counted down, rounded the other way: looked at anew at each second.
  changesAt(context_.now < moment ? context_.now + 1 : moment + (units + 1) * unit);
  return units;
}

bool RuleFacts::isAhead(Seconds moment) {
  if (moment <= context_.now) return false;
  changesAt(moment);
  return true;
}

Revision RuleFacts::wholeOf(Revision revision) const {
  const auto next = std::ranges::upper_bound(parts_, revision, {}, &std::pair<Revision, Revision>::first);
  return next == parts_.begin() ? revision : std::max(revision, std::prev(next)->second);
}

Seconds RuleFacts::timeOf(Revision revision) const {
  if (revision == 0) return 0;
  if (context_.timeOf) return context_.timeOf(revision);
  if (revision == snapshot().revision) return snapshot().time;
  const auto at = std::ranges::lower_bound(times_, std::pair{revision, Seconds{0}});
  return at != times_.end() && at->first == revision ? at->second : 0;
}

ObjectRef RuleFacts::partyOf(ObjectRef host) const {
  if (host.kind != Kind::Host) return host;
  const Host* object = snapshot().get<Host>(host.id);
  return object != nullptr && object->cluster ? object->cluster.ref() : host;
}

std::vector<std::size_t> RuleFacts::hostsOf(ObjectRef party) {
  if (parties_.empty()) {
    for (std::size_t host = 0; host < partyOfHost_.size(); ++host) parties_[partyOfHost_[host]].push_back(host);
  }
  const auto at = parties_.find(party);
  if (at != parties_.end()) return at->second;
  const auto number = index_.hostNumber(party);
  return number ? std::vector{*number} : std::vector<std::size_t>{};
}

const ReachMatrix& RuleFacts::matrix(Basis basis, Question question) {
  if (context_.works != nullptr && basis == context_.basis && question == Question::Works) return *context_.works;
  auto& made = matrices_[static_cast<std::size_t>(basis) * 3 + static_cast<std::size_t>(question)];
  if (!made && allRules_ && basis == context_.basis) {
    ReachMatrices all{};
    for (const Question one : {Question::Finds, Question::GetsIn, Question::Works}) {
      if (one == Question::Works && context_.works != nullptr) continue;
      auto& place = matrices_[static_cast<std::size_t>(basis) * 3 + static_cast<std::size_t>(one)];
      all[static_cast<std::size_t>(one)] = &place.emplace(0, 0);
    }
    reachMatrices(index_, basis, all);
  }
  if (!made) made.emplace(reachMatrix(index_, basis, question));
  return *made;
}

void RuleFacts::findReached() {
  reachedFound_ = true;
  const ReachMatrix& works = matrix(context_.basis, Question::Works);
  snapshot().table<Session>().forEach([&](Id, const Session& session) {
    if (session.units.empty()) return;
    const auto host = index_.hostNumber(index_.hostOf(session.initiator.id));
    if (!host) return;
    session.units.forEach([&](Id id) {
      const auto unit = index_.unitNumber(id);
      if (!unit) return;
      const std::uint64_t bit = works.unknown(*host)[*unit / 64] & (std::uint64_t{1} << (*unit % 64));
      if (bit == 0) return;
      auto& row = seen_[*host];
      if (row.empty()) row.assign(works.yes(*host).begin(), works.yes(*host).end());
      row[*unit / 64] |= bit;
    });
  });
}

std::span<const std::uint64_t> RuleFacts::reached(std::size_t host) {
  if (!reachedFound_) findReached();
  if (!seen_.empty()) {
    if (const auto at = seen_.find(host); at != seen_.end()) return at->second;
  }
  return matrix(context_.basis, Question::Works).yes(host);
}

std::span<const std::uint64_t> RuleFacts::written(std::size_t host) {
  return matrix(context_.basis, Question::Works).write(host);
}

const UnitMask& RuleFacts::unitsBehind(Id target) {
  const auto [at, isNew] = behind_.try_emplace(target);
  if (isNew) {
    std::vector<std::size_t> numbers;
    for (Id unit : index_.unitsOf(target)) {
      if (const auto number = index_.unitNumber(unit)) numbers.push_back(*number);
    }
    at->second = maskOf(std::move(numbers));
  }
  return at->second;
}

UnitMask RuleFacts::maskOf(std::vector<std::size_t> units) const {
  std::ranges::sort(units);
  UnitMask mask;
  for (std::size_t unit : units) {
    const auto word = static_cast<std::uint32_t>(unit / 64);
    if (mask.words.empty() || mask.words.back().first != word) mask.words.emplace_back(word, 0);
    mask.words.back().second |= std::uint64_t{1} << (unit % 64);
  }
  return mask;
}

Id RuleFacts::regimeIn(const Links<Kind::Label>& labels) const {
  Id found = 0;
  labels.visitWhile([&](Id id) {
    const Label* label = snapshot().get<Label>(id);
    if (label == nullptr || label->regime.empty()) return true;
    found = id;
    return false;
  });
  return found;
}

Id RuleFacts::regimeOfHost(std::size_t host) const {
  const ObjectRef ref = index_.hosts()[host];
  if (const Host* object = ref.kind == Kind::Host ? snapshot().get<Host>(ref.id) : nullptr) {
    if (const Id label = regimeIn(object->labels)) return label;
    const Cluster* cluster = snapshot().get<Cluster>(object->cluster.id);
    if (const Id label = cluster != nullptr ? regimeIn(cluster->labels) : 0) return label;
  }
  for (Id initiator : index_.initiatorsOf(host)) {
    if (const Id label = regimeIn(snapshot().get<Node>(initiator)->labels)) return label;
  }
  return 0;
}

}  // namespace san
