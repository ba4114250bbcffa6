#include "agent/block/remote_lun_paths.h"

#include <algorithm>
#include <utility>

namespace block {

RemoteLunPaths::RemoteLunPaths(net::Loop& loop, RemoteLunParameters parameters, const std::vector<std::string>& portals,
                               RemoteLunPathsOwner& owner)
    : loop_(loop),
      parameters_(std::move(parameters)),
      owner_(&owner),
      tell_(loop.timers(), [this] { tell(); }),
      look_(loop.timers(), [this] { lookAgain(); }) {
  setPaths(portals.empty() ? std::vector{parameters_.url.portal} : portals);
}

RemoteLunPaths::~RemoteLunPaths() = default;

void RemoteLunPaths::add(const std::string& portal) {
  RemoteLunParameters of = parameters_.copy();
  of.url.portal = portal;
  RemoteLunPathOwner& self = *this;
  paths_.push_back(std::make_unique<RemoteLunPath>(loop_, std::move(of), self));
}

void RemoteLunPaths::setPaths(const std::vector<std::string>& portals) {
  const bool whole = !dead();
  const auto wanted = [&](const std::unique_ptr<RemoteLunPath>& path) {
    const bool anew = whole && path->link().dead();  // the unit of the disk may be there again
    return !anew && std::ranges::find(portals, path->portal()) != portals.end();
  };
  const auto gone = std::stable_partition(paths_.begin(), paths_.end(), wanted);
  for (auto at = gone; at != paths_.end(); ++at) {
    if (sole_ == at->get()) sole_ = nullptr;
    (*at)->link().retire();
    leaving_.push_back(std::move(*at));
  }
  paths_.erase(gone, paths_.end());
  for (const std::string& portal : portals) {
    const bool there = std::ranges::any_of(paths_, [&](const auto& path) { return path->portal() == portal; });
    if (!there && paths_.size() < kMaxPaths) add(portal);
  }
  changed();
}

void RemoteLunPaths::setCredentials(const RemoteLunParameters& with) {
  parameters_.setCredentials(with);
  for (const auto& path : paths_) path->link().setCredentials(with);
}

base::Status RemoteLunPaths::setDesignator(const std::string& designator) {
  if (designator.empty()) return {};
  if (known_ && std::ranges::find(facts_.designators, designator) == facts_.designators.end()) {
    return base::fail("the unit is " + facts_.identity + ", not " + designator);
  }
  parameters_.designator = designator;
  return {};
}

// ---- which one

RemoteLunPath* RemoteLunPaths::choose(const RemoteLunPath* besides) {
  views_.clear();
  for (const auto& path : paths_) views_.push_back(path->view());
  if (besides != nullptr && usableBesides(*besides)) {
    for (std::size_t i = 0; i < paths_.size(); ++i) views_[i].up = views_[i].up && paths_[i].get() != besides;
  }
  const auto chosen = choice_.choose(views_, policy_, loop_.now());
  return chosen ? paths_[*chosen].get() : nullptr;
}

bool RemoteLunPaths::usable() const {
  return std::ranges::any_of(paths_, [](const auto& path) { return path->usable(); });
}

bool RemoteLunPaths::usableBesides(const RemoteLunPath& path) const {
  return std::ranges::any_of(paths_, [&](const auto& other) { return other.get() != &path && other->usable(); });
}

bool RemoteLunPaths::lost() const {
  return std::ranges::none_of(
      paths_, [](const auto& path) { return path->usable() || path->link().where() == LinkState::Held; });
}

bool RemoteLunPaths::dead() const {
  return !paths_.empty() && std::ranges::all_of(paths_, [](const auto& path) { return path->link().dead(); });
}

bool RemoteLunPaths::all(LinkState state) const {
  return !paths_.empty() &&
         std::ranges::all_of(paths_, [&](const auto& path) { return path->link().where() == state; });
}
bool RemoteLunPaths::refused() const { return all(LinkState::Refused); }
bool RemoteLunPaths::another() const { return all(LinkState::AnotherUnit); }

std::string RemoteLunPaths::state() const {
  if (paths_.empty()) return "there is no path";
  if (paths_.size() == 1) return paths_.front()->link().state();
  std::string words;
  for (const auto& path : paths_) {
    words += (words.empty() ? "" : "; ") + path->portal() + ": ";
    words += path->link().up() ? std::string(wordOf(path->link().where())) : path->link().state();
  }
  return words;
}

std::vector<PathFacts> RemoteLunPaths::pathFacts() const {
  std::vector<PathFacts> facts;
  for (const auto& path : paths_) {
    path->look();
    facts.push_back(path->facts());
  }
  return facts;
}

// ---- of the paths

base::Status RemoteLunPaths::admit(RemoteLunPath& path, const RemoteLunFacts& facts) {
  const auto shown = [&] { return facts.identity.empty() ? "one without a designator" : facts.identity; };
  if (!parameters_.designator.empty() &&
      std::ranges::find(facts.designators, parameters_.designator) == facts.designators.end()) {
    return base::fail("behind its LUN is another unit: " + shown() + ", and wanted is " + parameters_.designator);
  }
  if (known_ && facts.identity != facts_.identity) {
    return base::fail("behind its LUN is another unit: " + shown() + ", and the disk is " + facts_.identity);
  }
  if (known_ && facts.identity.empty() && sole_ != &path) {
    return base::fail(
        "the unit has neither designator nor serial number, so that nothing proves that two paths reach "
        "the same one");
  }
  if (known_ && facts_.usable() && facts.usable() && facts.geometry.blockSize != facts_.geometry.blockSize) {
    return base::fail("it has blocks of another size than over the other paths");
  }
  return {};
}

void RemoteLunPaths::onPathUp(RemoteLunPath& path) {
  const RemoteLunFacts& facts = path.link().facts();
  if (!known_) sole_ = &path;
  if (!known_ || facts.usable()) {
    // Also where no path is left that wrote it: a cache that was there is flushed as long as there is a disk.
    const bool cached = facts_.geometry.volatileCache && facts.geometry.readOnly;
    facts_ = facts;
    facts_.geometry.volatileCache = facts_.geometry.volatileCache || cached;
    for (const auto& other : paths_) {
      if (!other->usable()) continue;
      facts_.geometry.readOnly = facts_.geometry.readOnly || other->link().facts().geometry.readOnly;
      facts_.geometry.volatileCache = facts_.geometry.volatileCache || other->link().facts().geometry.volatileCache;
    }
  }
  known_ = true;
  // Its login has ended the session before, if it is in that one's group.
  if (path.fence != nullptr && path.link().portalGroup() == path.fencedGroup) cleared(path);
  if (facts.usable()) {
    owner_->onPathUp(path);
  } else if (!look_.started()) {
    look_.startAt(loop_.now() + kLookAgain);
  }
  changed();
}

void RemoteLunPaths::onPathHeld(RemoteLunPath&) { changed(); }

void RemoteLunPaths::onPathDown(RemoteLunPath& path) {
  if (owner_->onPathDown(path) && path.fence == nullptr) raiseFence(path);
  changed();
}

void RemoteLunPaths::raiseFence(RemoteLunPath& path) {
  path.fencedGroup = path.link().portalGroup();
  path.fence = std::make_unique<RemoteLunFence>(
      loop_, parameters_.times.patience, [this, &path] { return wayTo(path); },
      [this, &path](RemoteLunFence::Outcome outcome) { fenced(path, outcome); });
}

void RemoteLunPaths::fenced(RemoteLunPath& path, RemoteLunFence::Outcome outcome) {
  if (outcome == RemoteLunFence::Outcome::Over) return cleared(path);
  path.fence.reset();
  owner_->onFenceFailed(path);
  changed();
}

RemoteLunFence::Way RemoteLunPaths::wayTo(const RemoteLunPath& lost) {
  RemoteLunFence::Way way;
  for (const auto& path : paths_) {
    if (!path->usable()) continue;
    if (path->link().portalGroup() != lost.fencedGroup) {
      way.elsewhere = true;
      continue;
    }
    if (path.get() == &lost) continue;
    auto options = path->link().options();
    if (!options) continue;
    options->isid = lost.link().isid();
    options->times.login = RemoteLunFence::kLogin;
    way.group = lost.fencedGroup;
    way.login = std::move(*options);
    return way;
  }
  return way;
}

void RemoteLunPaths::cleared(RemoteLunPath& path) {
  path.fence.reset();
  owner_->onPathCleared(path);
  changed();
}

// A unit may not say that another state holds now.
void RemoteLunPaths::lookAgain() {
  bool again = false;
  for (const auto& path : paths_) {
    if (!path->link().up() || path->usable()) continue;
    again = true;
    path->link().doubt();
  }
  if (again && !look_.started()) look_.startAt(loop_.now() + kLookAgain);
}

// ---- what is told

void RemoteLunPaths::changed() {
  owner_->onPathsChanged();
  tell_.startAt(loop_.now());
}

void RemoteLunPaths::tell() {
  std::erase_if(leaving_, [](const auto& path) { return path->link().ended() && path->fence == nullptr; });
  for (const auto& path : paths_) path->look();
  if (watch_) watch_();
}

}  // namespace block
