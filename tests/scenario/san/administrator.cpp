#include "tests/scenario/san/administrator.h"

namespace sim {
namespace {

constexpr std::uint32_t kSet = 1;
constexpr std::chrono::milliseconds kRetry{500};

}  // namespace

Administrator::Administrator(Network& network, const net::Address& server)
    : network_(network), server_(server), socket_(network, *this) {}

void Administrator::want(Domains domains) {
  wanted_ = std::move(domains);
  work();
}

void Administrator::begunAnew() {
  for (const auto& [id, nodes] : possible_) {
    for (const std::string& a : nodes) {
      for (const std::string& b : nodes) parted_[{a, b}] = network_.timeline().now();
    }
  }
  known_.clear();
  possible_.clear();
  enabled_.clear();
  set_ = false;
  again();
}

bool Administrator::shares(const Domains& domains, const std::string& a, const std::string& b) {
  return std::ranges::any_of(domains,
                             [&](const auto& one) { return one.second.contains(a) && one.second.contains(b); });
}

base::TimePoint Administrator::lastZoned(const std::string& a, const std::string& b) const {
  if (shares(possible_, a, b)) return network_.timeline().now();
  const auto at = parted_.find({a, b});
  return at == parted_.end() ? base::TimePoint{} : at->second;
}

// ---- what is to be done

std::optional<Administrator::Work> Administrator::next() const {
  if (!set_) return Work{Step::MakeSet, 0, {}};
  for (const auto& [id, nodes] : wanted_) {
    const auto known = known_.find(id);
    if (known == known_.end()) return Work{Step::MakeDomain, id, {}};
    if (!enabled_.contains(id)) return Work{Step::Enable, id, {}};
    if (const auto possible = possible_.find(id); possible != possible_.end()) {
      for (const std::string& node : possible->second) {
        if (!nodes.contains(node)) return Work{Step::Remove, id, node};
      }
    }
    for (const std::string& node : nodes) {
      if (!known->second.contains(node)) return Work{Step::Add, id, node};
    }
  }
  return std::nullopt;
}

void Administrator::work() {
  if (asked_) return;
  const std::optional<Work> todo = next();
  if (!todo) return;
  if (!session_) {
    if (!std::exchange(connecting_, true)) socket_.connect(server_.withPort(0), server_);
    return;
  }
  asked_ = todo;
  isns::Request request;
  switch (todo->step) {
    case Step::MakeSet:
      request = isns::registerDomainSet({.id = kSet, .name = "all", .status = isns::kDdsEnabled});
      break;
    case Step::MakeDomain:
      request = isns::registerDomain({.id = todo->domain, .name = "domain" + std::to_string(todo->domain)});
      break;
    case Step::Enable:
      request = isns::registerDomainSet({.existing = kSet, .domains = {todo->domain}});
      break;
    case Step::Add:
      request = isns::registerDomain({.existing = todo->domain, .members = {todo->node}});
      possible_[todo->domain].insert(todo->node);
      break;
    case Step::Remove: {
      const isns::DomainMember members[] = {todo->node};
      known_[todo->domain].erase(todo->node);
      request = isns::deregisterDomain(todo->domain, members);
      break;
    }
  }
  (void)session_->send(request, now());
  for (const base::Bytes& bytes : session_->takeOutput()) socket_.write(bytes);
}

void Administrator::answered(std::uint32_t status) {
  const Work done = *std::exchange(asked_, std::nullopt);
  const bool ours = status != static_cast<std::uint32_t>(isns::Status::InternalError);
  switch (done.step) {
    case Step::MakeSet:  // or it is there: an answer was lost
      if (ours) set_ = true;
      break;
    case Step::MakeDomain:
      if (ours) known_[done.domain];
      break;
    case Step::Enable:
      if (status == 0) enabled_.insert(done.domain);
      break;
    case Step::Add:
      if (status == 0) known_[done.domain].insert(done.node);
      break;
    case Step::Remove:
      if (!ours) break;
      possible_[done.domain].erase(done.node);
      for (const std::string& other : possible_[done.domain]) {
        parted_[{done.node, other}] = parted_[{other, done.node}] = network_.timeline().now();
      }
      break;
  }
  if (next() == done) {
    retry_ = network_.timeline().now() + kRetry;
  } else {
    work();
  }
}

void Administrator::again() {
  socket_.close();
  session_.reset();
  connecting_ = false;
  asked_.reset();
  retry_ = network_.timeline().now() + kRetry;
}

// ---- the connection

void Administrator::onConnected() {
  isns::ClientSettings settings;
  settings.source = isns::nodeKey(kName);
  session_.emplace(std::move(settings));
  connecting_ = false;
  work();
}

std::size_t Administrator::onBytes(base::ByteView bytes) {
  const std::size_t used = session_->onBytes(bytes, now());
  for (const isns::ClientEvent& event : session_->takeEvents()) {
    const auto* const answer = std::get_if<isns::Answer>(&event);
    if (answer != nullptr && asked_) answered(answer->response.status);
  }
  return used;
}

void Administrator::onEnded(const std::string&, bool) { again(); }

base::TimePoint Administrator::nextDeadline() const {
  return session_ ? std::min(retry_, session_->nextDeadline()) : retry_;
}

void Administrator::onTimer() {
  if (session_) session_->onTimer(now());
  const bool silent = session_ && !session_->takeEvents().empty();
  retry_ = base::kNever;
  if (silent) return again();
  work();
}

}  // namespace sim
